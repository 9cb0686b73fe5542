# Ends the processes whose environment holds the entry $1, and their descendants. What follows are pairs of a signal and
# the tenths of a second it is given. POSIX sh with grep, tr and sleep; runs in BusyBox and Debian.
#
# A process that cleared its environment is found as the descendant of one that did not. Process numbers are used together
# with start times, so that a number given to another process meanwhile is left alone.
#
# Exit code: 0 all have ended, 1 some are left, 2 none was found.
entry=$1
shift

# scan sets found to "pid:start …" of all that live.
scan() {
	all= found= family=' '
	for dir in /proc/[0-9]*; do
		pid=${dir#/proc/}
		if [ "$pid" = 1 ] || [ "$pid" = $$ ]; then continue; fi
		read -r stat <"$dir/stat" || continue
		set -- ${stat##*)}
		case $1 in Z | X) continue ;; esac
		all="$all $pid:$2:${20}"
		if tr '\0' '\n' <"$dir/environ" | grep -qxF "$entry"; then
			family="$family$pid " found="$found $pid:${20}"
		fi
	done
	grown=1
	while [ $grown = 1 ]; do
		grown=0
		for process in $all; do
			pid=${process%%:*} rest=${process#*:}
			case $family in *" $pid "*) continue ;; esac
			case $family in *" ${rest%%:*} "*) family="$family$pid " found="$found $pid:${rest#*:}" grown=1 ;; esac
		done
	done
}

# alive takes from found what has ended.
alive() {
	left=
	for process in $found; do
		read -r stat <"/proc/${process%%:*}/stat" || continue
		set -- ${stat##*)}
		case $1 in Z | X) continue ;; esac
		if [ "${20}" = "${process#*:}" ]; then left="$left $process"; fi
	done
	found=$left
}

{
	scan
	if [ -z "$found" ]; then exit 2; fi
	while [ $# -gt 1 ]; do
		before=$found
		scan
		found="$before $found"
		alive
		for process in $found; do
			kill -s "$1" "${process%%:*}"
			kill -s CONT "${process%%:*}"
		done
		tenths=$2
		while [ "$tenths" -gt 0 ]; do
			alive
			if [ -z "$found" ]; then
				scan
				if [ -z "$found" ]; then exit 0; fi
				break
			fi
			if sleep 0.1; then
				tenths=$((tenths - 1))
			else
				sleep 1
				tenths=$((tenths - 10))
			fi
		done
		shift 2
	done
	alive
	if [ -z "$found" ]; then exit 0; fi
	exit 1
} 2>/dev/null
