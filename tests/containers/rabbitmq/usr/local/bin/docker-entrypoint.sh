#!/bin/sh
# Runs the server as the user rabbitmq; RABBITMQ_DEFAULT_USER, _PASS and _VHOST are read by the server itself.
set -e
if [ "${1:-}" = rabbitmq-server ] && [ "$(id -u)" = 0 ]; then
  shift
  chown -R rabbitmq:rabbitmq /var/lib/rabbitmq /var/log/rabbitmq
  export HOME=/var/lib/rabbitmq
  cd "$HOME"
  exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server "$@"
fi
exec "$@"
