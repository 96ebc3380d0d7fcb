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
if ! python3 -c 'import ensurepip' 2>/dev/null; then
  echo "==> install python3-venv …" >&2
  if ((EUID == 0)); then sudo=(); else sudo=(sudo); fi
  command -v apt-get "${sudo[@]}" >/dev/null || die "install Python's venv and ensurepip"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -yqq python3-venv >/dev/null
fi
echo "==> install the Python packages in .venv …" >&2
python3 -m venv --clear .venv
requirements=()
for file in requirements/*.txt; do requirements+=(--requirement "$file"); done
.venv/bin/pip install -qq --disable-pip-version-check --require-hashes "${requirements[@]}"
touch .venv/ready
