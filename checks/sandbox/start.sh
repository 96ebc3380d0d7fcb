#!/usr/bin/env bash
# Start the machine: an engine that trusts the local Docker Hub, and the Hub. Says `empty ready` or
# `kept ready`, by its build cache, then lives until its standard input closes, so that it can't
# outlive the run that started it.
set -euo pipefail
umask 077

names=(registry-1.docker.io auth.docker.io index.docker.io hub.docker.com login.docker.com ghcr.io)
state=/var/lib/hub

make_certificates() {
  mkdir -p "$state"
  local san
  san=$(printf ',DNS:%s' "${names[@]}")
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=auth.docker.io' \
    -keyout "$state/token.key" -out "$state/token.crt" 2>/dev/null &
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj '/CN=local Docker Hub' -addext "subjectAltName=${san#,}" \
    -keyout "$state/server.key" -out "$state/server.crt" 2>/dev/null
  wait
  # dockerd reads no certs.d for Docker Hub: only the system's trust counts.
  cat "$state/server.crt" >> /etc/ssl/certs/ca-certificates.crt
  # A Docker Hub outside, which is met in the local one's place.
  [[ ! -f /opt/hub/outside.pem ]] || cat /opt/hub/outside.pem >> /etc/ssl/certs/ca-certificates.crt
}

# The engine needs to write where a container without --privileged may only read.
make_writable() {
  mount -o remount,bind,rw /proc/sys
  local point
  while read -r point; do
    mount -o remount,bind,rw "$point"
  done < <(awk '$3 ~ /^cgroup2?$/ {print $2}' /proc/mounts)
  # cgroup v2 gives its controllers to children only once the root group is empty.
  if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then
    mkdir -p /sys/fs/cgroup/init
    xargs -rn1 < /sys/fs/cgroup/cgroup.procs > /sys/fs/cgroup/init/cgroup.procs || true
    sed -e 's/ / +/g' -e 's/^/+/' < /sys/fs/cgroup/cgroup.controllers \
      > /sys/fs/cgroup/cgroup.subtree_control
  fi
}

# wait_for PROCESS LOG COMMAND...: until the command succeeds, or the process ends.
wait_for() {
  local process=$1 log=$2
  shift 2
  for _ in {1..600}; do
    "$@" >/dev/null 2>&1 && return
    kill -0 "$process" 2>/dev/null || break
    sleep 0.05
  done
  echo "not ready: $*" >&2
  tail -n 20 "$log" >&2
  exit 1
}

# What an earlier sandbox has left in /var/lib/docker, but for its build cache.
forget_files() {
  find /var/lib/docker -mindepth 1 -maxdepth 1 \
    ! -name buildkit ! -name containerd ! -name containers -exec rm -rf {} +
}

is_gone() {
  ! ctr content ls --quiet | grep --quiet --line-regexp "$1"
}

unpacked_layers() {
  ctr snapshots --snapshotter "$driver" ls | awk '$1 ~ /^sha256:/ { print $1 }'
}

# Unpacking an image takes longer than building it from the cache, so its layers are kept too: all
# of them, or none where there are more than some days' changes leave.
keep_layers() {
  local layers layer root=
  layers=$(unpacked_layers)
  (($(wc --words <<< "$layers") > 40)) || root=kept
  for layer in $layers; do
    ctr snapshots --snapshotter "$driver" label "$layer" "containerd.io/gc.root=$root" \
      || ! unpacked_layers | grep --quiet --line-regexp "$layer"
  done
}

forget_images() {
  local containers driver blob labels label
  containers=$(docker ps --all --quiet)
  # shellcheck disable=SC2086  # one word each
  [[ -z $containers ]] || docker rm --force $containers
  driver=$(docker info --format '{{.Driver}}')
  export CONTAINERD_ADDRESS=/var/run/docker/containerd/containerd.sock CONTAINERD_NAMESPACE=moby
  # The engine starts with damaged snapshots, and says so only when it needs one: here.
  keep_layers
  # Not by docker, which would wait until the disk is free again.
  ctr images ls --quiet | xargs --no-run-if-empty ctr images rm
  # Where the engine met a layer, it would ask to mount it from when it pushes: nothing is there.
  ctr content ls | while read -r blob _ _ _ labels; do
    for label in ${labels//,/ }; do
      [[ $label != containerd.io/distribution.source.* ]] \
        || ctr content label "$blob" "${label%%=*}=" || is_gone "$blob"
    done
  done
}

cache=empty
[[ ! -d /var/lib/docker/buildkit ]] || cache=kept
make_certificates
make_writable
# Not 127.0.0.1: Docker would ask a registry there without TLS, too.
ip address add 192.0.2.1/32 dev lo
forget_files
dockerd > /var/log/dockerd.log 2>&1 &
engine=$!
docker-registry serve /opt/hub/registry.yml > /var/log/registry.log 2>&1 &
registry=$!
docker-registry serve /opt/hub/packages.yml > /var/log/packages.log 2>&1 &
packages=$!
local-docker-hub serve > /var/log/hub.log 2>&1 &
hub=$!
wait_for $registry /var/log/registry.log test -S /run/registry.sock
wait_for $packages /var/log/packages.log test -S /run/packages.sock
wait_for $hub /var/log/hub.log test -S /run/hub.sock
nginx -c /opt/hub/nginx.conf
wait_for $hub /var/log/nginx/error.log curl --fail --silent https://ghcr.io/token
wait_for $engine /var/log/dockerd.log docker version
[[ $cache == empty ]] || forget_images > /dev/null
echo "$cache ready"
exec cat > /dev/null
