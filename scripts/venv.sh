#!/usr/bin/env bash
# The virtual environment in .venv, with the packages of requirements/.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
  echo "venv: $*" >&2
  exit 2
}

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  die "install Python 3.11 or newer, as python3"
fi
python3 -c 'import ensurepip' 2>/dev/null || scripts/packages.sh python3-venv
echo "==> install the Python packages in .venv …" >&2
python3 -m venv --clear .venv
requirements=()
for file in requirements/*.txt; do requirements+=(--requirement "$file"); done
.venv/bin/pip install -qq --disable-pip-version-check --require-hashes "${requirements[@]}"
touch .venv/ready
