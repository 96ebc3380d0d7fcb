#!/bin/sh
# Make /image of Debian: Git with https, Python, a shell and its tools, and nothing else.
# What stayed is listed where scanners look, in /var/lib/dpkg/status.
set -eu

# busybox has the tools of these, in a tenth of the room.
tools="bash bsdutils coreutils debianutils diffutils findutils grep gzip hostname mawk mount sed
  sysvinit-utils tar util-linux"
# Packages, users and sessions, which nobody manages in a container of one program.
management="apt base-passwd debconf debian-archive-keyring dpkg init-system-helpers login login.defs
  ncurses-bin openssl openssl-provider-legacy passwd perl-base sqv"
# What Git has in Perl, and its manual.
perl="git-man liberror-perl libperl5.40 perl perl-modules-5.40"
# What only those need.
libraries="libacl1 libapt-pkg7.0 libattr1 libaudit-common libaudit1 libblkid1 libbsd0 libcap2
  libdb5.3t64 libdebconfclient0 libgdbm-compat4t64 libgdbm6t64 liblastlog2-2 libmd0 libmount1
  libpam-modules libpam-modules-bin libpam-runtime libpam0g libsasl2-modules-db libseccomp2
  libselinux1 libsemanage-common libsemanage2 libsepol2 libsmartcols1 libstdc++6 libsystemd0
  libudev1"

git config --system safe.directory '*'
mkdir -p /image/dev /image/proc /image/sys
for entry in /*; do
  case $entry in
    /dev | /image | /proc | /sys) ;;
    *) cp --archive "$entry" /image ;;
  esac
done
cd /image
# The builder's own.
for file in hostname hosts resolv.conf; do : > etc/$file; done
# Packages' scripts would act on a system that is being taken apart.
rm var/lib/dpkg/info/*.p* var/lib/dpkg/info/*.triggers
# shellcheck disable=SC2086
dpkg --root=/image --purge --force-all $tools $management $perl $libraries >/tmp/dpkg.log 2>&1 ||
  { cat /tmp/dpkg.log >&2; exit 1; }
# Of util-linux, which has the real one: busybox's setpriv can't change the user.
cp --archive /usr/bin/setpriv usr/bin/

cd usr/lib/git-core
rm git-daemon git-http-backend git-http-fetch git-http-push git-imap-send git-sh-i18n--envsubst \
  git-shell scalar
cd ../../..
chroot . ldconfig
# Rare encodings, a library for vectors, Python's own tests and Berkeley's database, and what the
# build left.
rm -rf usr/lib/*/gconv usr/lib/*/libmvec* usr/bin/git-shell usr/bin/scalar usr/sbin/ldconfig \
  usr/lib/python3.*/test usr/lib/python3.*/pydoc_data usr/lib/python3.*/lib-dynload/_dbm.* usr/share/gitweb \
  var/cache/* var/lib/apt var/lib/dpkg/*-old var/log/* tmp/* var/tmp/*
find usr -name __pycache__ -exec rm -r {} +
mkdir app
# Links to what is gone, and scripts for a shell that is.
find usr/bin usr/sbin etc/alternatives -type l | while read -r link; do
  chroot . /bin/busybox test -e "/$link" || rm "$link"
done
rm usr/bin/ldd usr/bin/tzselect
chroot . /bin/busybox --install -s

loader=$(echo usr/lib/*/ld-linux-*.so.*)
find usr/bin usr/lib -type f \( -path '*/bin/*' -o -path '*/git-core/*' -o -name '*.so*' \) |
  while read -r file; do chroot . "/$loader" --list "/$file" 2>&1 || true; done |
  grep -E 'not found|cannot open shared' && exit 1
exit 0
