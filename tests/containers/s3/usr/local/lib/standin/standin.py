"""WSGI filters that give Swift's proxy two things of MinIO: its health addresses and its root user."""
import socket

STORAGE_PORTS = (6200, 6201, 6202)


def health(global_conf, **conf):
    """Answers /minio/health/*: 200 once every storage server accepts connections, else 503."""
    def status():
        try:
            for port in STORAGE_PORTS:
                socket.create_connection(('127.0.0.1', port), 1).close()
        except OSError:
            return '503 Service Unavailable'
        return '200 OK'

    def wrap(app):
        def call(env, start):
            if not env.get('PATH_INFO', '').startswith('/minio/health/'):
                return app(env, start)
            start(status(), [('Content-Length', '0')])
            return [b'']
        return call
    return wrap


def rootuser(global_conf, **conf):
    """Turns the plain access key of a request into the tempauth user minio:<access key>."""
    def wrap(app):
        def call(env, start):
            details = env.get('s3api.auth_details')
            if details and not details['access_key'].startswith('minio:'):
                key = details['access_key']
                env['s3api.auth_details'] = dict(details, access_key='minio:' + key)
                version_account_rest = env['PATH_INFO'].split('/', 3)
                if version_account_rest[2:3] == [key]:
                    version_account_rest[2] = 'minio:' + key
                    env['PATH_INFO'] = '/'.join(version_account_rest)
            return app(env, start)
        return call
    return wrap
