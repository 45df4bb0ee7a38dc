#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# traceroute over two routers, in network namespaces of its own; TAP.
#   test_traceroute.sh TRACEROUTE
set -u

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

[ -z "${ANC_TEST_EMULATOR-}" ] || skip "$ANC_TEST_EMULATOR: it has no error queues"
for tool in unshare nsenter ip; do
	command -v "$tool" >/dev/null || skip "there is no $tool"
done
if [ "${2-}" != inside ]; then
	# Whoever may not have a namespace may have one inside a user namespace.
	if unshare --net true 2>/dev/null; then
		exec unshare --net "$0" "$1" inside
	elif unshare --user --map-root-user --net true 2>/dev/null; then
		exec unshare --user --map-root-user --net "$0" "$1" inside
	fi
	skip "no network namespace is to be had"
fi

# namespace: another one, held by a process whose number is in $REPLY
holders=()
trap 'kill "${holders[@]}" 2>/dev/null' EXIT
namespace() {
	local here tries=0
	here=$(readlink /proc/self/ns/net)
	unshare --net sleep 60 &
	REPLY=$!
	holders+=("$REPLY")
	until [ "$(readlink "/proc/$REPLY/ns/net")" != "$here" ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 1000 ] || skip "a namespace did not come"
	done
}

# at HOLDER COMMAND...; HOLDER 0 is here
at() {
	if [ "$1" = 0 ]; then
		"${@:2}"
	else
		nsenter --net --target "$1" "${@:2}"
	fi
}

# link NUMBER LEFT RIGHT: 10.0.NUMBER.1 and fd00:NUMBER::1 on the left, 2 on the right
link() {
	ip link add "left$1" type veth peer name "right$1" || return
	[ "$2" = 0 ] || ip link set "left$1" netns "$2" || return
	ip link set "right$1" netns "$3" || return
	local side holder
	for side in left right; do
		holder=$2
		[ "$side" = left ] || holder=$3
		at "$holder" ip address add "10.0.$1.$([ "$side" = left ] && echo 1 || echo 2)/24" dev "$side$1" &&
			at "$holder" ip address add "fd00:$1::$([ "$side" = left ] && echo 1 || echo 2)/64" dev "$side$1" nodad &&
			at "$holder" ip link set "$side$1" up || return
	done
}

# route HOLDER LEFT RIGHT: the ways on, through the link to the right and to the left; 0: none
route() {
	[ "$3" = 0 ] || { at "$1" ip route add default via "10.0.$3.2" && at "$1" ip route add default via "fd00:$3::2"; } || return
	[ "$2" = 0 ] || { at "$1" ip route add 10.0.0.0/16 via "10.0.$2.1" && at "$1" ip route add fd00::/16 via "fd00:$2::1"; }
}

# Addresses are there at once: nobody else is on these links to ask.
quick() {
	at "$1" bash -c 'echo 0 | tee /proc/sys/net/ipv6/conf/{all,default}/{accept_dad,dad_transmits} >/dev/null'
}

forward() {
	at "$1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward && echo 1 >/proc/sys/net/ipv6/conf/all/forwarding &&
		echo 0 >/proc/sys/net/ipv4/icmp_ratelimit && echo 0 >/proc/sys/net/ipv6/icmp/ratelimit'
}

namespace && first=$REPLY
namespace && second=$REPLY
namespace && target=$REPLY
{ quick 0 && quick "$first" && quick "$second" && quick "$target" &&
	link 1 0 "$first" && link 2 "$first" "$second" && link 3 "$second" "$target" && route 0 0 1 && route "$first" 0 2 &&
	route "$second" 2 3 && route "$target" 3 0 && forward "$first" && forward "$second"; } 2>/dev/null ||
	skip "no veth, route or forwarding is to be had"

# check WHAT ADDRESS HOST...: these and no others are on the way
number=0
check() {
	number=$((number + 1))
	local found
	if found=$("$program" "$2") && [ "$(awk '{ print $2 }' <<<"$found")" = "$(printf '%s\n' "${@:3}")" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "${found//$'\n'/$'\n'# }" | sed '1 s/^/# /'
	fi
}

program=$1
check "the hosts of IPv4 are told" 10.0.3.2 10.0.1.2 10.0.2.2 10.0.3.2
check "the hosts of IPv6 are told" fd00:3::2 fd00:1::2 fd00:2::2 fd00:3::2
echo "1..$number"
