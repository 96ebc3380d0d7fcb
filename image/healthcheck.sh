#!/bin/sh
# Whether the preview answers, at the address that it was given; well where there is none.
for process in /proc/[0-9]*; do
  arguments=$(tr '\0' '\n' 2>/dev/null < "$process/cmdline") || continue
  echo "$arguments" | grep -q '/mkdocs$' || continue
  echo "$arguments" | grep -qx serve || continue
  address=$(echo "$arguments" |
    sed -En -e '/^(-a|--dev-addr)$/ { n; p }' -e 's/^(-a|--dev-addr=)(.+)/\2/p' | tail -n 1)
  port=$(expr "${address:-:8000}" : '.*:\(.*\)')
  printf 'GET / HTTP/1.0\r\n\r\n' | timeout 5 nc 127.0.0.1 "$port" | grep -q ^HTTP/ || exit 1
done
