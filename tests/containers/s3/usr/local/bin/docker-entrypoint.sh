#!/bin/sh
# Takes MinIO's command line: "server DIRECTORY" with or without "minio" before it.
case "${1:-}" in
  server | -*) set -- minio "$@" ;;
esac
exec "$@"
