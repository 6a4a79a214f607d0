#!/bin/sh
# Options alone go to redis-server. Protected mode is off: the server is reached through a published port.
set -e
case "${1:-}" in
  -* | *.conf) set -- redis-server "$@" ;;
esac
case "$*" in
  "redis-server -v" | "redis-server --version" | "redis-server -h" | "redis-server --help") ;;
  redis-server*) set -- "$@" --protected-mode no ;;
esac
exec "$@"
