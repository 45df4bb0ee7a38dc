# TAP for the check scripts: source it, call point and skip, end with plan.
points=0 failures=0

# point TITLE COMMAND...: passes when the command does; what it prints is shown when it does not
point() {
	local title=$1 output
	shift
	points=$((points + 1))
	if output=$("$@" 2>&1); then
		echo "ok $points - $title"
	else
		failures=$((failures + 1))
		printf '%s\n' "$output" | sed 's/^/# /'
		echo "not ok $points - $title"
	fi
}

# skip TITLE REASON
skip() {
	points=$((points + 1))
	echo "ok $points - $1 # SKIP $2"
}

plan() {
	echo "1..$points"
	exit $((failures > 0))
}

# nothing COMMAND...: passes when the command prints nothing, as a search that must find nothing
nothing() {
	local output
	output=$("$@" 2>&1)
	[ -z "$output" ] || { printf '%s\n' "$output"; return 1; }
}
