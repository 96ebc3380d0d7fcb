#!/usr/bin/env bash
# The virtual environment in .venv, with the packages of requirements/.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
  echo "venv: $*" >&2
  exit 2
}

# setting NAME: what pip's configuration says, if anything.
setting() {
  .venv/bin/pip config get "global.$1" 2>/dev/null || true
}

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  die "install Python 3.11 or newer, as python3"
fi
python3 -c 'import ensurepip' 2>/dev/null || scripts/packages.sh python3-venv
echo "==> install the Python packages in .venv …" >&2
python3 -m venv --clear .venv
pip=(.venv/bin/pip install -qq --disable-pip-version-check --require-hashes)
"${pip[@]}" --requirement requirements/uv.txt
# uv is ten times as fast as pip, but doesn't read pip's configuration.
index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(setting index-url)}}
certificates=${SSL_CERT_FILE:-${PIP_CERT:-$(setting cert)}}
[[ -z $index ]] || export UV_DEFAULT_INDEX=$index
[[ -z $certificates ]] || export SSL_CERT_FILE=$certificates
locks=()
for lock in requirements/*.txt; do locks+=(--requirement "$lock"); done
.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes "${locks[@]}"
touch .venv/ready
