# shellcheck shell=sh disable=SC2086,SC2094 # the globs of arguments are expanded here
# Arguments: the paths of recipes, with globs. Looks at the files that recipes read. It writes nothing.

exec 2>/dev/null

# fbf_look GLOB FILE...: prints "path", the glob, how many files exist, can be read, and are not allowed, with tabs. It
# reads one line of each with the shell's own `read`, which forks no process per file. A process that exits meanwhile is
# not counted. A log is only opened, since a read would wait for its next line.
fbf_look() { g=$1; shift; a=0; r=0; d=0
for f; do [ -e "$f" ] || continue; a=$((a+1))
if case $g in /dev/*) ( : <"$f" );; *) { IFS= read -r x || [ -n "$x" ] || [ -r "$f" ]; } <"$f";; esac; then r=$((r+1))
elif [ -e "$f" ]; then d=$((d+1)); else a=$((a-1)); fi; done
printf 'path\t%s\t%s\t%s\t%s\n' "$g" $a $r $d; }
for glob; do fbf_look "$glob" $glob; done
a=0; r=0; for p in /proc/[0-9]*; do a=$((a+1)); if [ -e "$p/ns/net" ]; then r=$((r+1)); elif [ ! -e "$p" ]; then a=$((a-1)); fi; done
printf 'spaces\t%s\t%s\n' $a $r
