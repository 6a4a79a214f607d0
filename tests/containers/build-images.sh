#!/bin/bash
# Builds, from Debian packages, the container images that tests run against where no image registry is reachable:
#
#   rabbitmq  rabbitmq:4.3-management   RabbitMQ with the management and prometheus plugins, under the name Aspire asks for
#   redis     redis:8.6                 Debian's newest Redis, under the name Aspire asks for
#   s3        mindtrace-test/s3:local   OpenStack Swift's S3 API with MinIO's command line, environment and health addresses;
#                                       it is no MinIO, hence a name of its own
#   job       mindtrace-test/job:local  BusyBox and nothing else: what the jobs of tests run in
#   dotnet    mindtrace-test/dotnet:local  this machine's ASP.NET Core runtime on Debian, with the user and the settings of
#                                       mcr.microsoft.com/dotnet/aspnet: what the services' images are made on
#
# Usage: build-images.sh [--force] [rabbitmq|redis|s3|job|dotnet]...     all of them unless named
# An image that exists is left alone; --force builds it again. A folder beside this script holds what is laid over the
# packages of its image.
# Environment: SUITE (default sid) and MIRROR (default: that of mmdebstrap) say where the packages come from.
# Needs: root, mmdebstrap, a Docker daemon. Takes 20 to 60 seconds and 100 to 320 MB an image; job, 5 seconds and 2 MB.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
suite=${SUITE:-sid}
mirror=${MIRROR:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fetch ARGUMENT...: mmdebstrap with what all images need.
# A mirror of the suite may be older than the date its index is valid until: that one check is off, signatures count.
fetch() { mmdebstrap --quiet --aptopt='Acquire::Check-Valid-Until "false"' "$@" </dev/null; }

# is_there TAG: whether the image exists and may stay.
is_there() {
  if [ "$force" = yes ] || ! docker image inspect "$1" >/dev/null 2>&1; then return 1; fi
  echo "$1 exists"
}

# bootstrap NAME PACKAGES: writes $work/NAME.tar, a root with the packages and the folder NAME laid over them.
bootstrap() {
  local name=$1 packages=$2 hooks=()
  # Owners and modes of the checkout are not those of an image.
  tar --create --file "$work/overlay.tar" --owner=0 --group=0 --mode=u=rwX,go=rX --directory "$here/$name" .
  hooks+=(--customize-hook="tar-in $work/overlay.tar /")
  if [ -x "$here/$name/usr/local/lib/standin/build" ]; then
    hooks+=(--customize-hook='chroot "$1" /usr/local/lib/standin/build')
  fi
  hooks+=(--customize-hook='rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/*')

  fetch --variant=minbase --include="$packages" --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    "${hooks[@]}" "$suite" "$work/$name.tar" ${mirror:+"$mirror"}
}

# image NAME TAG PACKAGES INSTRUCTION...: bootstraps and imports one image, with Dockerfile instructions as its settings.
image() {
  local name=$1 tag=$2 packages=$3 changes=() instruction
  shift 3
  if is_there "$tag"; then return; fi
  for instruction in "$@" 'ENTRYPOINT ["docker-entrypoint.sh"]'; do
    changes+=(--change "$instruction")
  done
  bootstrap "$name" "$packages"
  docker import "${changes[@]}" "$work/$name.tar" "$tag" >/dev/null
  rm "$work/$name.tar"
  echo "$tag built"
}

rabbitmq() {
  image rabbitmq rabbitmq:4.3-management rabbitmq-server \
    'ENV LANG=C.UTF-8' 'VOLUME /var/lib/rabbitmq' 'EXPOSE 5672 15672 15692' 'CMD ["rabbitmq-server"]'
}

redis() {
  image redis redis:8.6 redis-server \
    'VOLUME /data' 'WORKDIR /data' 'EXPOSE 6379' 'CMD ["redis-server"]'
}

s3() {
  image s3 mindtrace-test/s3:local swift-proxy,swift-account,swift-container,swift-object \
    'VOLUME /data' 'EXPOSE 9000' 'CMD ["server","/data"]'
}

# The packages of the others are set up; this one file is not, and is all there is.
job() {
  local tag=mindtrace-test/job:local
  if is_there "$tag"; then return; fi
  fetch --variant=extract --include=busybox-static "$suite" "$work/fetched" ${mirror:+"$mirror"}
  mkdir -p "$work/job/bin" "$work/job/etc"
  mkdir --mode=1777 "$work/job/tmp"
  cp "$work/fetched/usr/bin/busybox" "$work/job/bin/"
  cp "$here"/job/etc/* "$work/job/etc/"
  chroot "$work/job" /bin/busybox --install -s /bin
  tar --create --owner=0 --group=0 --directory "$work/job" . | docker import --change 'CMD ["sh"]' - "$tag" >/dev/null
  echo "$tag built"
}

dotnet() {
  local tag=mindtrace-test/dotnet:local root version
  if is_there "$tag"; then return; fi
  root=$(dirname "$(readlink -f "$(type -P dotnet)")")
  version=$(command dotnet --list-runtimes | awk '$1 == "Microsoft.AspNetCore.App" { print $2 }' | tail -n 1)
  fetch --variant=minbase --include=ca-certificates,git,libgcc-s1,libstdc++6,libssl3t64,tzdata,zlib1g \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='chroot "$1" useradd --uid 1654 --create-home app' \
    --customize-hook="mkdir -p \"\$1\"/usr/share/dotnet/shared/Microsoft.NETCore.App \"\$1\"/usr/share/dotnet/shared/Microsoft.AspNetCore.App" \
    --customize-hook="cp -R $root/dotnet $root/host \"\$1\"/usr/share/dotnet/" \
    --customize-hook="cp -R $root/shared/Microsoft.NETCore.App/$version \"\$1\"/usr/share/dotnet/shared/Microsoft.NETCore.App/" \
    --customize-hook="cp -R $root/shared/Microsoft.AspNetCore.App/$version \"\$1\"/usr/share/dotnet/shared/Microsoft.AspNetCore.App/" \
    --customize-hook='ln -s ../share/dotnet/dotnet "$1"/usr/bin/dotnet' \
    --customize-hook='rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/*' \
    "$suite" "$work/dotnet.tar" ${mirror:+"$mirror"}
  docker import --change 'ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true' "$work/dotnet.tar" "$tag" >/dev/null
  rm "$work/dotnet.tar"
  echo "$tag built"
}

force=no
wanted=()
for argument in "$@"; do
  case $argument in
    --force) force=yes ;;
    rabbitmq | redis | s3 | job | dotnet) wanted+=("$argument") ;;
    *) echo "unknown argument: $argument" >&2; exit 2 ;;
  esac
done
if [ ${#wanted[@]} -eq 0 ]; then wanted=(rabbitmq redis s3 job dotnet); fi

for name in "${wanted[@]}"; do "$name"; done
