#!/bin/bash
# The README's two commands on a bare Debian of another release: a root is made
# with debootstrap in a scratch directory, the tracked files as they lie here are
# copied into it, and both are run there. Mounts are those of a namespace, which
# ends with its processes however this script ends.
#
#   tests/release.sh RELEASE     trixie, bookworm
set -u
release=$1
source=$(realpath "$(dirname "$0")/..")
unset MAKEFLAGS MAKELEVEL
export PATH=$PATH:/usr/sbin:/sbin

skip() {
	echo "check-release: skipped, $1"
	exit 0
}

fail() {
	echo "check-release: $1" >&2
	exit 1
}

case $release in
'' | *[!a-z]*) fail "$release: expected the name of a release such as trixie" ;;
esac
[ "$(id -u)" = 0 ] || skip 'a root is made and entered by root only'
command -v debootstrap > /dev/null || skip 'no debootstrap here (make deps-release)'
git -C "$source" rev-parse > /dev/null 2>&1 || skip 'no git checkout here, which says what to copy'

# The archive that this machine installs from has the other releases, too.
mirror=$(apt-get indextargets --format '$(CREATED_BY) $(ORIGIN) $(COMPONENT) $(RELEASE) $(SITE)' 2> /dev/null |
	awk '$1 == "Packages" && $2 == "Debian" && $3 == "main" && $4 !~ /-/ { print $5; exit }')
[ -n "$mirror" ] || skip 'apt names no archive of Debian here (apt-get update)'

place=$(mktemp -d "${TMPDIR:-/tmp}/tunescope-release-XXXXXX") || fail 'no scratch directory'
root=$place/root
child=

# All processes of a namespace end with the one that made it.
stop() {
	[ -z "$child" ] || { kill -KILL "$child" && wait "$child"; } 2> /dev/null
	rm -rf --one-file-system "$place" 2> /dev/null || { sleep 1; rm -rf --one-file-system "$place"; }
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Becomes a command in namespaces of its own.
alone() {
	exec unshare --mount --propagation private --pid --fork --kill-child "$@"
}

# A line of shell in the root.
inside() {
	alone sh -c 'mount -t proc proc "$1/proc" && exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		HOME=/root LANG=C.UTF-8 http_proxy="${http_proxy-}" https_proxy="${https_proxy-}" no_proxy="${no_proxy-}" \
		sh -c "$2"' sh "$root" "$1"
}

try() {
	"$@" > "$place/log" 2>&1 < /dev/null &
	child=$!
	wait "$child"
	set -- $?
	child=
	return "$1"
}

try alone debootstrap --variant=minbase --include=ca-certificates "$release" "$root" "$mirror" ||
	skip "no root can be made: $(tail -n 1 "$place/log")"
cp -L /etc/resolv.conf "$root/etc/resolv.conf" 2> /dev/null
apt-config dump 2> /dev/null | grep -E '^Acquire::([a-z]+::Proxy|Check-)' > "$root/etc/apt/apt.conf.d/90host"
try inside 'apt-get -q update && apt-get -q -y --no-install-recommends install make' ||
	skip "apt does not work in the root: $(tail -n 1 "$place/log")"

# One tree a command, since each is to work by itself.
for goals in 'deps reproduce' 'deps test'; do
	folder=/tunescope-${goals#deps }
	mkdir "$root$folder"
	(cd "$source" && git ls-files -z | tar --null -T - -c) | tar -x -C "$root$folder" || fail 'the sources cannot be copied'
	echo "check-release: $release: make $goals"
	if ! try inside "cd $folder && make -j$(nproc) $goals"; then
		grep -E 'FAILED|^Failed|rror' "$place/log" | tail -n 20 >&2
		tail -n 20 "$place/log" >&2
		fail "make $goals fails on $release"
	fi
done
echo "check-release: $release: both commands work"
