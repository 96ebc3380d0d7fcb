#!/usr/bin/env bash
# xterm.js in .venv/xterm: the terminal with which the tests compare ours.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v npm >/dev/null || scripts/packages.sh npm
echo "==> install xterm.js in .venv/xterm …" >&2
mkdir -p .venv/xterm
cp requirements/xterm/package.json requirements/xterm/package-lock.json .venv/xterm
# Node knows none of the variables that pip and uv take their certificates from.
export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-${SSL_CERT_FILE:-${PIP_CERT:-}}}
npm ci --prefix .venv/xterm --ignore-scripts --no-audit --no-fund --silent
touch .venv/xterm/ready
