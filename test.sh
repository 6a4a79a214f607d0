#!/bin/bash
# Builds the solution and runs its tests. The only command needed on a fresh machine with the .NET SDK.
#
# Usage: ./test.sh [--no-containers] [--soak | --hostile] [FILTER]
#   FILTER           only the test projects whose name contains it, e.g. Registry
#   --no-containers  starts no container; tests that need one are skipped
#   --soak           the long damage tests, alone: ten times the jobs, nine times the kills; takes about 50 minutes
#   --hostile        the tests of the AppHost, alone, with 200 attacks a second for a minute in each mode; takes about 8 minutes
#
# On Debian and Ubuntu, run as root, it installs what tests of containers, Python samples, completion (zsh) and the cluster page
# (Chromium) need, starts the Docker daemon where none answers (and stops it in the end), and builds the images. Elsewhere it uses the container
# runtime that is there, or none.
# Servers to test against instead of containers: see tests/Mindtrace.TestServers (MINDTRACE_TEST_REDIS and others).
#
# The last line is "N passed, N failed, N skipped". The exit code is not 0 when a test or the build failed, when no test
# ran, or when CI is set and a test was skipped.
set -euo pipefail
cd "$(dirname "$0")"

images=(rabbitmq:4.3-management redis:8.6 "${MINDTRACE_TEST_S3_IMAGE:-mindtrace-test/s3:local}"
  "${MINDTRACE_TEST_JOB_IMAGE:-mindtrace-test/job:local}" "${MINDTRACE_TEST_DOTNET_IMAGE:-mindtrace-test/dotnet:local}")
daemon_wait_seconds=30

work=$(mktemp -d)
daemon=
passed=0 failed=0 skipped=0

say() { printf '%s\n' "$@"; }

is_debian_root() { [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null; }

runtime_answers() { command -v docker >/dev/null && docker info >/dev/null 2>&1; }

# install_missing COMMAND=PACKAGE...
install_missing() {
  local pair packages=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || packages+=("${pair#*=}")
  done
  if [ ${#packages[@]} -eq 0 ]; then return; fi
  say "Installing ${packages[*]}"
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${packages[@]}"; } \
    >"$work/apt.log" 2>&1 </dev/null; then
    tail -n 20 "$work/apt.log"
    return 1
  fi
}

# A session of its own keeps the daemon out of reach of a Ctrl-C that is meant for the tests.
start_daemon() {
  local deadline=$((SECONDS + daemon_wait_seconds))
  say "Starting the Docker daemon"
  setsid dockerd >"$work/dockerd.log" 2>&1 </dev/null &
  daemon=$!
  until runtime_answers; do
    if [ $SECONDS -ge $deadline ] || ! kill -0 "$daemon" 2>/dev/null; then
      tail -n 20 "$work/dockerd.log"
      return 1
    fi
    sleep 0.2
  done
}

stop_daemon() {
  if [ -z "$daemon" ]; then return; fi
  kill "$daemon" 2>/dev/null || true
  wait "$daemon" 2>/dev/null || true
  daemon=
}

missing_images() {
  local image
  for image in "${images[@]}"; do
    docker image inspect "$image" >/dev/null 2>&1 || say "$image"
  done
}

provide_images() {
  local image
  if [ -z "$(missing_images)" ]; then return; fi
  if is_debian_root; then
    install_missing mmdebstrap=mmdebstrap && tests/containers/build-images.sh || true
  else
    for image in $(missing_images); do docker pull "$image" </dev/null || true; done
  fi
  for image in $(missing_images); do say "No image $image: tests that need it are skipped."; done
}

# Tests of scripts serve git repositories of their own.
provide_git() {
  if is_debian_root; then install_missing git=git || say "git could not be installed: tests that serve repositories fail."; fi
}

# Tests run the samples in Python.
provide_python() {
  if is_debian_root; then install_missing python3=python3 || say "python3 could not be installed: the test of its samples fails."; fi
}

# Tests have shells complete commands, and run those of the documents.
provide_shells() {
  if is_debian_root; then install_missing zsh=zsh curl=curl openssl=openssl || say "zsh, curl or openssl could not be installed: tests of the terminal fail."; fi
}

# Tests of nodes on other machines make networks of their own.
provide_networks() {
  if is_debian_root; then install_missing ip=iproute2 || say "iproute2 could not be installed: tests of nodes on other machines fail."; fi
}

# Tests of the cluster page open it in a browser.
provide_chromium() {
  if is_debian_root; then install_missing chromium=chromium || say "chromium could not be installed: tests of the cluster page fail."; fi
}

# Says in one line why there are no containers, if so; the tests find the rest out by themselves.
provide_containers() {
  if ! runtime_answers; then
    if ! is_debian_root; then
      say "No container runtime answers: tests that need one are skipped."
      return
    fi
    if ! install_missing docker=docker.io dockerd=docker.io iptables=iptables || ! start_daemon; then
      say "The Docker daemon could not be started: tests that need containers are skipped."
      return
    fi
  fi
  if is_debian_root && ! docker compose version >/dev/null 2>&1; then
    install_missing docker-compose=docker-compose || say "docker-compose could not be installed: the test of deploy/compose.yaml is skipped."
  fi
  provide_images
}

# Tests mark their servers and networks with the host and process id of the test process, and end them. These are those of
# test processes that died before they could.
remove_orphans() {
  local host id owner environment machine
  host=$(uname -n)
  host=${host%%.*}
  is_orphan() { [ "${1%%:*}" = "$host" ] && ! ps -p "${1##*:}" >/dev/null; }

  if [ "${MINDTRACE_TEST_CONTAINERS:-}" != off ] && runtime_answers; then
    docker ps --all --filter label=mindtrace.test --format '{{.ID}} {{.Label "mindtrace.test"}}' |
      while read -r id owner; do
        if is_orphan "$owner"; then docker rm --force --volumes "$id" >/dev/null || true; fi
      done
  fi
  for environment in $(grep -lsaz '^MINDTRACE_TEST_OWNER=' /proc/[0-9]*/environ 2>/dev/null || true); do
    owner=$(tr '\0' '\n' 2>/dev/null <"$environment" | sed -n 's/^MINDTRACE_TEST_OWNER=//p') || continue
    id=${environment#/proc/}
    if is_orphan "$owner"; then kill -KILL "${id%/environ}" 2>/dev/null || true; fi
  done
  for id in $(ip -oneline link show type bridge 2>/dev/null | sed -n 's/^[0-9]*: \(mt[0-9]*x[0-9a-f]*\):.*/\1/p' || true); do
    owner=${id#mt}
    if ! is_orphan "$host:${owner%x*}"; then continue; fi
    for machine in $(ip netns list | awk -v prefix="$id-" 'index($1, prefix) == 1 { print $1 }'); do ip netns delete "$machine" || true; done
    ip link delete "$id" || true
  done
}

cleanup() {
  remove_orphans
  stop_daemon
  rm -rf "$work"
}

# finish EXIT_CODE: repeats what failed, far from the logs between, and cleans up first, so that the totals are the last line.
finish() {
  trap - EXIT
  if [ -s "$work/failures" ]; then
    say "" "== Failed"
    cat "$work/failures"
    say ""
  fi
  cleanup
  say "$passed passed, $failed failed, $skipped skipped"
  exit "$1"
}

# run_tests PROJECT: adds the numbers of its summary to the totals.
run_tests() {
  local code=0 p=0 f=0 s=0
  say "" "== $(basename "$1" .csproj)"
  dotnet test --project "$1" --no-build --no-ansi --no-progress 2>&1 </dev/null | tee "$work/test.log" || code=${PIPESTATUS[0]}
  # The last summary counts: what tests print comes before it.
  read -r p f s < <(awk '
    /^Test run summary:/ { p = f = s = 0 }
    /^  succeeded: [0-9]+$/ { p = $2 }
    /^  failed: [0-9]+$/ { f = $2 }
    /^  skipped: [0-9]+$/ { s = $2 }
    END { print p + 0, f + 0, s + 0 }' "$work/test.log")
  # From the line of a failed test to the one that ends them: their program, or the next.
  awk '/^failed / { told = 1 } /^[^ ]/ && !/^failed / { told = 0 } told' "$work/test.log" >>"$work/failures"
  # 8 means that the project has no tests. Any other code without a failed test is a run that broke down.
  if [ "$code" -ne 0 ] && [ "$code" -ne 8 ] && [ "$f" -eq 0 ]; then
    say "$1 ended with exit code $code: counted as one failed test."
    f=1
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# guard_speed: the cluster against the limit of its servers, measured in one run. Counts as one test, and fails only when it is far off.
guard_speed() {
  local servers=Embedded
  if [ "${MINDTRACE_TEST_CONTAINERS:-}" != off ] && runtime_answers && [ -z "$(missing_images)" ]; then servers=Containers; fi
  say "" "== Speed"
  if dotnet run --no-build --project benchmarks/Mindtrace.Benchmarks -- bulk --servers $servers --jobs 5 --at-least 0.05 </dev/null; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
}

filter=
for argument in "$@"; do
  case $argument in
    --no-containers) export MINDTRACE_TEST_CONTAINERS=off ;;
    --soak) export MINDTRACE_TEST_SOAK=on filter=Reliability ;;
    --hostile) export MINDTRACE_TEST_HOSTILE=on filter=AppHost ;;
    -*) say "unknown option: $argument" >&2; exit 2 ;;
    *) filter=$argument ;;
  esac
done

shopt -s nullglob
projects=(tests/*"$filter"*.Tests/*.Tests.csproj)
if [ ${#projects[@]} -eq 0 ]; then
  say "No test project has $filter in its name." >&2
  exit 2
fi
if ! command -v dotnet >/dev/null; then
  say "The dotnet command is missing: install the .NET SDK that global.json names." >&2
  exit 2
fi

trap cleanup EXIT
trap 'exit 130' INT TERM
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

if [ "${MINDTRACE_TEST_CONTAINERS:-}" = off ]; then
  say "Without containers: tests that need one are skipped."
else
  provide_containers
fi
provide_git
provide_python
provide_shells
provide_networks
provide_chromium
remove_orphans

if [ -n "$filter" ]; then targets=("${projects[@]}"); else targets=(Mindtrace.Aspire.sln); fi
for target in "${targets[@]}"; do
  if ! dotnet build "$target" --verbosity quiet -clp:NoSummary </dev/null; then
    say "The build failed: no test ran."
    finish 1
  fi
done

# One project after another: together they would compete for the cores, and time limits would fail by chance.
for project in "${projects[@]}"; do run_tests "$project"; done
if [ -z "$filter" ]; then guard_speed; fi

say ""
if [ "$failed" -gt 0 ]; then finish 1; fi
if [ $((passed + skipped)) -eq 0 ]; then
  say "No test ran."
  finish 1
fi
case ${CI:-false} in
  false) ;;
  *) if [ "$skipped" -gt 0 ]; then
       say "On the build server no test may be skipped."
       finish 1
     fi ;;
esac
finish 0
