#!/bin/sh
# Run MkDocs, or another command, as the owner of the folder it works in, which is /app.
set -eu

case ${1-} in
  -* | build | get-deps | gh-deploy | new | serve) set -- mkdocs "$@" ;;
esac

# Previews are built in a temporary folder; of a container that is read-only, this one isn't.
[ -w "${TMPDIR:-/tmp}" ] || export TMPDIR=/dev/shm

# What root would write into a mounted folder, the folder's owner couldn't remove.
owner=$(stat -c %u:%g "$PWD")
if [ "$(id -u)" = 0 ] && [ "$owner" != 0:0 ]; then
  set -- setpriv --reuid "${owner%:*}" --regid "${owner#*:}" --clear-groups -- "$@"
  if ! setpriv --reuid "${owner%:*}" --regid "${owner#*:}" --clear-groups true 2>/dev/null; then
    echo "Error: root needs capabilities to become the folder's owner: say --user $owner" >&2
    exit 1
  fi
fi

exec "$@"
