#!/usr/bin/env bash
# The Docker engine that the checks use: `engine.sh start` uses the one that answers, or installs
# and starts one; `engine.sh stop` ends one that it started; `engine.sh clean` forgets that one's
# images too.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly state=/run/local-mkdocs-checks
readonly data=/var/lib/local-mkdocs-checks
readonly usual=/var/run/docker.sock

die() {
  echo "engine: $*" >&2
  exit 2
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

can_be_root() {
  ((EUID == 0)) || command -v sudo >/dev/null
}

has_systemd() {
  [[ -d /run/systemd/system ]]
}

# answers SOCKET: whether somebody listens there and lets us in.
answers() {
  python3 - "$1" 2>/dev/null <<'PYTHON'
import socket, sys
with socket.socket(socket.AF_UNIX) as engine:
    engine.settimeout(10)
    engine.connect(sys.argv[1])
    engine.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
    sys.exit(b"OK" not in engine.recv(4096))
PYTHON
}

# The base image comes from Docker Hub, or where that is out of reach from Debian's packages.
prepare_base_image() {
  getent hosts registry-1.docker.io >/dev/null || command -v mmdebstrap >/dev/null \
    || scripts/packages.sh mmdebstrap
}

wait_for() {
  for _ in {1..300}; do
    answers "$1" && return
    sleep 0.1
  done
  die "the engine doesn't answer at $1 after 30 s; see $2"
}

start_own() {
  echo "==> start a Docker engine at $state …" >&2
  as_root mkdir -p "$state" "$data"
  local options=(
    --host "unix://$state/docker.sock" --group "$(id -g)" --pidfile "$state/engine.pid"
    --exec-root "$state/exec" --data-root "$data"
  )
  as_root sh -c "setsid dockerd ${options[*]} >$state/engine.log 2>&1 </dev/null &"
  wait_for "$state/docker.sock" "$state/engine.log"
}

start() {
  if [[ -z ${DOCKER_HOST:-}${DOCKER_HOSTS:-} ]] && ! answers "$state/docker.sock" && ! answers "$usual"; then
    can_be_root || die "no Docker engine answers: install Docker and start it, join the group" \
      "docker, set DOCKER_HOST, or run this as root or with sudo at hand"
    # Two engines on one machine would take each other's bridge down.
    ! grep -qsx dockerd /proc/[0-9]*/comm || die "a Docker engine runs that $(id -un) may not" \
      "use: join the group docker, or set DOCKER_HOST"
    scripts/packages.sh docker.io iptables
    if has_systemd; then
      as_root systemctl start docker
      wait_for "$usual" "journalctl -u docker"
    else
      start_own
    fi
  fi
  prepare_base_image
}

# is_engine PID: whether that process still is the engine, and not another that got its number.
is_engine() {
  [[ $(cat "/proc/$1/comm" 2>/dev/null) == dockerd ]]
}

stop() {
  local pid
  [[ -d $state ]] || return 0
  pid=$(cat "$state/engine.pid" 2>/dev/null) || pid=none
  if is_engine "$pid"; then
    echo "==> stop the Docker engine at $state …" >&2
    as_root kill "$pid"
    for _ in {1..300}; do
      is_engine "$pid" || break
      sleep 0.1
    done
    ! is_engine "$pid" || die "the engine, process $pid, doesn't end; see $state/engine.log"
  fi
  as_root rm -rf "$state"
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  clean)
    stop
    # An engine that was killed has left its data mounted on itself.
    while mountpoint --quiet "$data"; do as_root umount "$data"; done
    [[ ! -d $data ]] || as_root rm -rf "$data"
    ;;
  *) die "usage: engine.sh start|stop|clean" ;;
esac
