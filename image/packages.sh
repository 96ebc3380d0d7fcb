#!/bin/sh
# Leave out of /opt/mkdocs what no site needs, compile what MkDocs loads, and put it in /image.
set -eu
python=/opt/mkdocs/bin/python
packages=$(echo /opt/mkdocs/lib/python3.*/site-packages)

# A site's own Markdown extensions are found in /app, after everything else.
echo /app > "$packages/app.pth"

cd "$packages"
# Dates in the languages that Material for MkDocs speaks, in every country.
languages=$(find material/templates/partials/languages -name '*.html' -exec basename {} .html \;)
for file in babel/locale-data/*.dat; do
  language=$(basename "$file" .dat)
  echo "root $languages" | grep -qw "${language%%_*}" || rm "$file"
done
# Fonts in formats older than woff2, which every browser has had since 2018, and source maps.
find mkdocs/themes \( -name '*.eot' -o -name '*.ttf' -o -name '*.woff' \) -delete
find mkdocs/themes -path '*/fonts/*.svg' -delete
find . -name '*.map' -delete

# Bytecode for what this site needs, and it needs everything: more wouldn't start anything faster.
export PYTHONPYCACHEPREFIX=/opt/mkdocs/bytecode PYTHONHASHSEED=0 NO_MKDOCS_2_WARNING=1
find /opt/mkdocs -name __pycache__ -exec rm -r {} +
cd /tmp/sample
$python -m mkdocs build --strict --site-dir /tmp/built
$python -c 'import ghp_import, mkdocs.commands.serve, mkdocs.livereload, watchdog.observers.polling'
find $PYTHONPYCACHEPREFIX -name '*.pyc' |
  sed "s|^$PYTHONPYCACHEPREFIX||; s|\.cpython-.*|.py|" | grep -v ^/tmp/ > /tmp/loaded
rm -r $PYTHONPYCACHEPREFIX
# Unchecked: the sources don't change, so they needn't be looked at. What Python compiles for its own
# start would be checked, by a time that isn't kept.
PYTHONDONTWRITEBYTECODE=1 $python -m compileall -q --invalidation-mode unchecked-hash -i /tmp/loaded

mkdir -p /image/opt
cp --archive /opt/mkdocs /image/opt
