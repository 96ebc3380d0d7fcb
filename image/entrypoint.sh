#!/bin/sh
# Run MkDocs, or another command, as the owner of the folder it works in, which is /app.
set -eu

case ${1-} in
  -* | build | get-deps | gh-deploy | new | serve) set -- mkdocs "$@" ;;
esac

# MkDocs' own address isn't reached from outside the container, and some releases of click switch
# reloading off. Of an option given twice, the last one counts: the caller's.
if [ "${1-} ${2-}" = "mkdocs serve" ]; then
  shift 2
  set -- mkdocs serve --livereload --dev-addr 0.0.0.0:8000 "$@"
fi

# Previews are built in a temporary folder; of a container that is read-only, this one isn't.
[ -w "${TMPDIR:-/tmp}" ] || export TMPDIR=/dev/shm

# What root would write into a mounted folder, the folder's owner couldn't remove.
owner=$(stat -c %u:%g "$PWD")
if [ "$(id -u)" = 0 ] && [ "$owner" != 0:0 ]; then
  set -- setpriv --reuid "${owner%:*}" --regid "${owner#*:}" --clear-groups -- "$@"
fi

exec "$@"
