# shellcheck shell=sh disable=SC2086,SC2154 # lists are split; the parameters stand above
# Prints what decides how much the tracers of this kernel can see, and which tracers of others run: NAME TAB VALUE... It
# reads only. Parameters: fbf_tracefs (see clean.sh), events (SYSTEM/NAME: the tracepoints that programs need).

exec 2>/dev/null
k() { printf '%s' "$1"; shift; for v; do printf '\t%s' "$v"; done; echo; }
k uid "$(id -u)"
k pidns "$(readlink /proc/self/ns/pid)"
k paranoid "$(cat /proc/sys/kernel/perf_event_paranoid)"
k kptr "$(cat /proc/sys/kernel/kptr_restrict)"
k rate "$(cat /proc/sys/kernel/perf_event_max_sample_rate)"
k nmi "$(cat /proc/sys/kernel/nmi_watchdog)"
# Hidden addresses are all 0. Some of the first may be 0 on any kernel.
k kallsyms "$(head -n 50 /proc/kallsyms | grep -c -v '^00* ')"
f=/sys/kernel/btf/vmlinux; if [ -r $f ]; then k btf r; elif [ -e $f ]; then k btf -; else k btf '!'; fi

# Pressure: what the first line says, or how the kernel was built.
fbf_config() { cat "/boot/config-$1" || zcat /proc/config.gz || cat "/lib/modules/$1/config"; }
if [ -e /proc/pressure/cpu ]; then k psi "$(head -n 1 /proc/pressure/cpu | cut -d ' ' -f 1)"
else k psi '!' "$(fbf_config "$(uname -r)" | sed -n -e 's/^CONFIG_PSI=y$/y/p' -e 's/^# CONFIG_PSI is not set$/n/p')"; fi

# The tracefs: where it is mounted and whether it can be read, its tracepoints, its top instance, other instances.
t=; for d in $fbf_tracefs; do grep -q "^[^ ]* $d tracefs " /proc/mounts || [ -r $d/events ] && { t=$d; break; }; done
# fbf_on KIND NAME DIR: the tracer of an instance, the number of events that are enabled in it, and the first of them.
fbf_on() { k "$1" "$2" "$(cat "$3/current_tracer")" "$(cat "$3/tracing_on")" "$(wc -l <"$3/set_event")" "$(head -n 3 "$3/set_event" | tr '\n' ' ')"; }
if [ -z "$t" ]; then
  if grep -q '[[:space:]]tracefs$' /proc/filesystems; then k tracefs - ''; else k tracefs '!' ''; fi
elif [ -r $t/events ]; then
  k tracefs r $t
  for e in $events; do if [ -e "$t/events/$e" ]; then k event $e y; else k event $e n; fi; done
  [ -r $t/set_event ] && fbf_on top $t $t
  n=0; for d in "$t"/instances/*; do
    case $d in */instances/fbf_*) continue;; esac
    [ -d "$d" ] || continue
    [ $n -lt 20 ] || break
    n=$((n+1)); fbf_on instance "$(printf %s "${d##*/}" | tr '\n\t' '  ')" "$d"
  done
else k tracefs x $t; fi

# Tracers of others: by their name, since only root may see who holds events. One that has our mark, or whose parent has
# it, is ours; r: its environment could be read. Command lines are read of these alone: a read waits where a process hangs.
n=0; for f in $(grep -lxE 'perf(_[0-9.]*)?|bpftrace|trace-cmd|sysdig|csysdig|stapio|strace|python[0-9.]*|[^[:space:]]*-bpf(c|cc)?' /proc/[0-9]*/comm); do
  p=${f#/proc/}; p=${p%/comm}
  read -r c <"$f" || continue
  a=$(tr '\000\n\t' '   ' <"/proc/$p/cmdline" | cut -c 1-300)
  case $c in python*) case $a in *bcc/tools/*|*-bpfcc*) ;; *) continue;; esac;; esac
  m=-; [ -r "/proc/$p/environ" ] && m=r
  o=$p; i=0; while [ $i -lt 3 ]; do i=$((i+1))
    grep -q FBF_RUN=fbf_ "/proc/$o/environ" && continue 2
    o=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$o/status")
  done
  n=$((n+1)); [ $n -le 20 ] || { k more; break; }
  # shellcheck disable=SC2012 # the owner of a process, on any host
  k tracer "$p" "$(ls -ld "/proc/$p" | { read -r _ _ u _; echo "$u"; })" "$m" "$c" "$a"
done
k looked
