#!/usr/bin/env bash
# Start the machine: an engine that trusts the local Docker Hub, and the Hub. Says `ready`, then
# lives until its standard input closes, so that it can't outlive the run that started it.
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

wait_for() {
  local log=$1
  shift
  for _ in {1..600}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.05
  done
  echo "not ready after 30 s: $*" >&2
  tail -n 20 "$log" >&2
  exit 1
}

make_certificates
make_writable
# Not 127.0.0.1: Docker would ask a registry there without TLS, too.
ip address add 192.0.2.1/32 dev lo
dockerd > /var/log/dockerd.log 2>&1 &
docker-registry serve /opt/hub/registry.yml > /var/log/registry.log 2>&1 &
docker-registry serve /opt/hub/packages.yml > /var/log/packages.log 2>&1 &
local-docker-hub serve > /var/log/hub.log 2>&1 &
wait_for /var/log/registry.log test -S /run/registry.sock
wait_for /var/log/packages.log test -S /run/packages.sock
wait_for /var/log/hub.log test -S /run/hub.sock
nginx -c /opt/hub/nginx.conf
wait_for /var/log/nginx/error.log curl --fail --silent https://ghcr.io/token
wait_for /var/log/dockerd.log docker version
echo ready
exec cat > /dev/null
