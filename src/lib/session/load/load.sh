# shellcheck shell=sh
# Prints what a host has to spare, one line each: NAME TAB VALUE... It reads /proc and the files of cgroups, and changes
# nothing. Parameter: pause (seconds between two counts of context switches; '': do not count). Arguments: the pids whose
# threads are counted too.

exec 2>/dev/null

# The memory that is available, and of each memory cgroup that we are in, from the innermost up: each limit, what is used,
# what of it the kernel can drop at once (file pages that were not read lately), and the path.
printf 'available\t%s\n' "$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
top=/sys/fs/cgroup limits='memory.max memory.high' used=memory.current
at=$(sed -n -e 's/^[0-9]*:memory:/v1 /p' -e 's/^[0-9]*:memory,[^:]*:/v1 /p' -e 's/^[0-9]*:[^:]*,memory:/v1 /p' /proc/self/cgroup)
case $at in
  v1*) at=${at#v1 } top=/sys/fs/cgroup/memory limits=memory.limit_in_bytes used=memory.usage_in_bytes ;;
  *) at=$(sed -n 's/^0:://p' /proc/self/cgroup) ;;
esac
while :; do
  for limit in $limits; do
    [ -r "$top$at/$limit" ] || continue
    dropped=$(sed -n -e 's/^inactive_file //p' -e 's/^total_inactive_file //p' "$top$at/memory.stat" | tail -n 1)
    printf 'cgroup\t%s\t%s\t%s\t%s\n' "$(cat "$top$at/$limit")" "$(cat "$top$at/$used")" "$dropped" "${at:-/}"
  done
  case $at in ''|/) break ;; esac
  at=${at%/*}
done

# One count: the time, the switches of the host, and a line for each kind of switch of each thread of the pids.
count() {
  printf 'at\t%s\n' "$(cut -d ' ' -f 1 /proc/uptime)"
  printf 'switches\t%s\n' "$(sed -n 's/^ctxt //p' /proc/stat)"
  for pid; do
    grep -H ctxt_switches "/proc/$pid/task/"*/status | sed -e 's|^/proc/[0-9]*/task/|thread	|' -e 's|/status:[a-z_]*:||'
  done
}
[ -n "$pause" ] || exit 0
count "$@"
sleep "$pause" || sleep 1
count "$@"
