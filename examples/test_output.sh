#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What latency and zerocopy print; TAP.
#   test_output.sh LATENCY ZEROCOPY
set -u

[ -z "${ANC_TEST_EMULATOR-}" ] || { echo "1..0 # SKIP $ANC_TEST_EMULATOR: it has no error queues"; exit 0; }

# check WHAT PATTERN PROGRAM ARGUMENT: its output, all of it, is that
number=0
check() {
	number=$((number + 1))
	local found status
	found=$("$3" "$4")
	status=$?
	if [ "$status" = 77 ]; then
		echo "ok $number - $1 # SKIP the kernel cannot"
	elif [ "$status" = 0 ] && [[ "$found" =~ ^$2$ ]]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "# ${found//$'\n'/$'\n'# }"
	fi
}

row=$'\n *[0-9]+ +-?[0-9]+ +-?[0-9]+ +-?[0-9]+'
check "each datagram has its departure and its arrival" "number [^0-9]*($row){7}" "$1" 7
check "every buffer is freed, and each that was copied is told" "40 sends completed and their buffers freed, 40 of them copied" "$2" 40
echo "1..$number"
