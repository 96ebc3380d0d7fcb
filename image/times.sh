#!/bin/sh
# Give all files in /image one time, so that the same files make the same layer, whenever they are
# built. It's the earliest that a ZIP file can hold.
set -eu
find /image -exec touch --no-dereference --date=1980-01-01 {} +
