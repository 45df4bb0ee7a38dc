# SPDX-License-Identifier: MIT
# bash completion for anc; the names of systems, ABIs and families come from the program itself.

# The first word of each line that is not an option's value: which command is being completed.
_anc_command() {
	local i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-*) ;;
		*)
			printf '%s\n' "${COMP_WORDS[i]}"
			return
			;;
		esac
	done
}

# The words that may stand behind the option $2 of the command $1; fails when it takes none of these.
_anc_values() {
	case $1:$2 in
	*:--type | send:-t | recv:-t) echo stream dgram seqpacket ;;
	*:--system | types:-s) anc types 2>/dev/null | awk 'NR > 1 && !seen[$1]++ { print $1 }' ;;
	*:--abi | decode:-a) anc types --abis 2>/dev/null ;;
	*:--family | decode:-f) anc types --families 2>/dev/null ;;
	*:--input | decode:-i) echo auto raw hex c ;;
	*:--data | *:--max | *:--fd | *:--length | *:--offset | send:-[df] | recv:-m | decode:-[lo]) ;;
	*) return 1 ;;
	esac
}

_anc_options() {
	echo --help --usage --version
	case $1 in
	send) echo --type --connect --listen --data --creds --fd ;;
	recv) echo --type --connect --listen --max --truncated --json ;;
	decode) echo --abi --family --input --json --length --offset ;;
	types) echo --system --abis --families --flags --json ;;
	probe) echo --json ;;
	esac
}

_anc() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command values
	command=$(_anc_command)
	COMPREPLY=()
	if [ -z "$command" ]; then
		mapfile -t COMPREPLY < <(compgen -W "send recv decode types probe --help --version" -- "$word")
	elif values=$(_anc_values "$command" "$before"); then
		mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word")
	elif [[ $command == recv && $before == -- ]]; then
		mapfile -t COMPREPLY < <(compgen -c -- "$word")
	elif [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_anc_options "$command")" -- "$word")
	elif [[ $command == @(send|recv|decode) ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}

complete -F _anc anc
