#!/usr/bin/env bash
# Debian's packages: `packages.sh PACKAGE...` installs those of them that are missing.
set -euo pipefail

die() {
  echo "packages: $*" >&2
  exit 2
}

missing=()
for package in "$@"; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
    || missing+=("$package")
done
((${#missing[@]})) || exit 0
command -v apt-get >/dev/null || die "install ${missing[*]}; only Debian's apt-get is known here"
if ((EUID == 0)); then sudo=(); else sudo=(sudo); fi
((EUID == 0)) || command -v sudo >/dev/null \
  || die "install ${missing[*]}, or run this as root or with sudo at hand"
echo "==> install ${missing[*]} …" >&2
"${sudo[@]}" apt-get update -qq
# RUNLEVEL: without a service manager, a package's own script must not start anything.
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
  apt-get install -yqq --no-install-recommends "${missing[@]}" >/dev/null
