#!/bin/sh
# Whether the preview answers, at the address that the container's command gives it.
address=$(tr '\0' '\n' < /proc/1/cmdline |
  sed -En -e '/^(-a|--dev-addr)$/ { n; p }' -e 's/^(-a|--dev-addr=)(.+)/\2/p' | tail -n 1)
printf 'GET / HTTP/1.0\r\n\r\n' | timeout 5 nc 127.0.0.1 "$(expr "${address:-:8000}" : '.*:\(.*\)')" |
  grep -q ^HTTP/
