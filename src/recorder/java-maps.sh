# shellcheck shell=sh disable=SC2086,SC2329 # $made is a list of paths without blanks; remove() is called by traps
# Lets Java processes write the names of the code that they compiled: `jcmd PID Compiler.perfmap` as the process's user,
# which writes /tmp/perf-PID.map where it runs. Waits to be stopped, then removes the maps that it had made. Arguments:
# pids. Prints "@failed PID WHY" for each that wrote none, then "@ready". A map that was there before is left alone.

# fbf_here PID: true if it sees the same files as we do.
fbf_here() { [ "$(readlink "/proc/$1/ns/mnt")" = "$(readlink /proc/self/ns/mnt)" ] && [ "$(readlink "/proc/$1/root")" = / ]; }
fbf_map() {
  inner=$(sed -n 's/^NStgid:.*[[:space:]]//p' "/proc/$1/status")
  if fbf_here "$1"; then echo "/tmp/perf-${inner:-$1}.map"; else echo "/proc/$1/root/tmp/perf-${inner:-$1}.map"; fi
} 2>/dev/null

made=; pids=
for pid; do
  grep -q '/libjvm\.so$' "/proc/$pid/maps" || continue
  map=$(fbf_map "$pid")
  if [ -e "$map" ] || [ -h "$map" ]; then continue; fi
  made="$made $map"; pids="$pids $pid"
done 2>/dev/null

remove() { rm -f $made; }
end() { trap '' HUP INT TERM; remove; exit 0; }
# Whichever of the two is killed, the other one removes the maps: this one watches the shell that waits below.
( trap end HUP INT TERM; while kill -0 $$; do sleep 1 & wait $!; done; end ) >/dev/null 2>&1 &
trap end HUP INT TERM

# fbf_jcmd PID: as its user, since a JVM before 11 answers nobody else.
fbf_jcmd() {
  exe=$(readlink "/proc/$1/exe"); tool=$(command -v jcmd)
  if [ -z "$tool" ] && fbf_here "$1" && [ -x "${exe%/*}/jcmd" ]; then tool=${exe%/*}/jcmd; fi
  [ -n "$tool" ] || { echo 'jcmd is not installed on the host (it is part of the JDK)'; return 1; }
  user=$(sed -n 's/^Uid:[[:space:]]*[0-9]*[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$1/status")
  group=$(sed -n 's/^Gid:[[:space:]]*[0-9]*[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$1/status")
  set -- "$tool" "$1" Compiler.perfmap
  if [ "$(id -u)" = 0 ] && [ "$user" != 0 ] && command -v setpriv >/dev/null; then
    set -- setpriv --reuid "$user" --regid "$group" --clear-groups "$@"
  fi
  if command -v timeout >/dev/null; then set -- timeout 15 "$@"; fi
  "$@" 2>&1
}
for pid in $pids; do
  said=$(fbf_jcmd "$pid" | tail -n 2 | tr '\n' ' ')
  [ -s "$(fbf_map "$pid")" ] || printf '@failed %s %s\n' "$pid" "$said"
done
echo @ready
while :; do sleep 60 & wait $!; done
