#!/usr/bin/env bash
# Try the image $IMAGE, local-mkdocs unless said, on each of $PLATFORMS: it builds a site that uses
# everything, and serves this one. tests/image/ has all that its users count on.
set -euo pipefail
cd "$(dirname "$0")/.."

# GitHub's owners may have capitals, repositories of images may not; a tag may.
image=${IMAGE:-local-mkdocs}
[[ $image != *@* ]] || image=${image,,}
readonly image
own=$(docker version --format '{{.Server.Os}}/{{.Server.Arch}}')

die() {
  echo "test-image: $image: $*" >&2
  exit 1
}

run() {
  docker run --rm --platform "$platform" --volume "$PWD:/app:ro" "$@"
}

# An image can be labelled with a platform and hold another's programs.
check_machine() {
  local machine
  machine=$(run "$image" uname -m)
  case $platform/$machine in
    linux/amd64/x86_64 | linux/arm64/aarch64) ;;
    *) die "of $platform, but its programs are of $machine" ;;
  esac
}

check_build() {
  run --network none --workdir /app/image/sample "$image" \
    mkdocs build --strict --site-dir /tmp/site >/dev/null || die "can't build image/sample"
}

check_serve() {
  local container seconds=60
  container=$(run --detach --network none --env LLMS_TXT=false "$image")
  until docker exec "$container" python3 -c \
    'from urllib.request import urlopen; urlopen("http://127.0.0.1:8000/docker-mkdocs/")' \
    2>/dev/null; do
    if ((seconds-- == 0)); then
      docker logs "$container" >&2
      docker rm --force "$container" >/dev/null
      die "doesn't serve this site"
    fi
    sleep 1
  done
  docker rm --force "$container" >/dev/null
}

platforms=${PLATFORMS:-$own}
for platform in ${platforms//,/ }; do
  [[ $image != *@* ]] || docker pull --quiet --platform "$platform" "$image" >/dev/null
  check_machine
  check_build
  check_serve
  echo "$image works on $platform"
done
