#!/usr/bin/env bash
# Install Docker: `docker.sh stable` from the base image's own release of Debian, `docker.sh testing`
# from Debian testing, `docker.sh docker` from Docker's own packages, which are the newest.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
packages=(docker-buildx docker-cli docker-compose docker.io)
from=$codename
source=

case $1 in
  stable) ;;
  testing)
    from=testing
    mirror=$(apt-get update --print-uris | sed -n "s|^'\(.*\)/dists/$codename/InRelease'.*|\1|p")
    # A mirror's Release file may have expired; its signature is still checked.
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    source="deb [check-valid-until=no signed-by=$keys] $mirror testing main"
    ;;
  docker)
    packages=(containerd.io docker-buildx-plugin docker-ce docker-ce-cli docker-compose-plugin)
    keys=/etc/apt/keyrings/docker.asc
    curl --fail --silent --show-error --create-dirs --output "$keys" \
      https://download.docker.com/linux/debian/gpg
    source="deb [signed-by=$keys] https://download.docker.com/linux/debian $codename stable"
    ;;
  *)
    echo "docker.sh: no Docker is called $1: say stable, testing or docker" >&2
    exit 2
    ;;
esac

[[ -z $source ]] || echo "$source" > /etc/apt/sources.list.d/docker.list
apt-get update -q
apt-get install -yq --no-install-recommends --target-release "$from" "${packages[@]}"
rm -rf /etc/apt/sources.list.d/docker.list /var/lib/apt/lists/*
