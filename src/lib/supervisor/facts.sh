# shellcheck shell=sh
# Sent after clean.sh, as the first script of a connection: removes leftovers of dead runs, then prints the facts of the
# host, one per line: NAME TAB VALUE.

exec 2>/dev/null
fbf_sweep

# o NAME FILE: what we may do with a file: w, r, - (neither), or ! (absent).
k() { printf '%s\t%s\n' "$1" "$2"; }
o() { if [ -w "$2" ]; then k "$1" w; elif [ -r "$2" ]; then k "$1" r; elif [ -e "$2" ]; then k "$1" -; else k "$1" '!'; fi; }
k hostname "$(cat /proc/sys/kernel/hostname)"
k uname "$(uname -r -m)"
k boot "$(cat /proc/sys/kernel/random/boot_id)"
k os "$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release)"
k cpus "$(grep -c '^cpu[0-9]' /proc/stat)"
k page "$(getconf PAGESIZE)"
k ticks "$(getconf CLK_TCK)"
k memory "$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
k user "$(id -un || id -u)"
k uid "$(id -u)"
k procfs "$(sed -n 's/^[^ ]* \/proc proc \([^ ]*\).*/\1/p' /proc/mounts | tail -n 1)"
if [ -e /proc/sys/kernel/perf_event_paranoid ]; then k paranoid "$(cat /proc/sys/kernel/perf_event_paranoid)"; else k perf '!'; fi
k caps "$(sed -n 's/^CapEff:[^0-9a-f]*//p' /proc/self/status)"
k seccomp "$(sed -n 's/^Seccomp:[^0-9]*//p' /proc/self/status)"
for t in cpu cpu_core armv8_pmuv3_0 armv8_pmuv3; do [ -e /sys/bus/event_source/devices/$t/type ] && { k pmu $t; break; }; done
k lockdown "$(cat /sys/kernel/security/lockdown)"
for t in perl head tail cat find awk od dd date stdbuf gzip zstd sudo perf bpftrace trace-cmd bpftool vmstat iostat mpstat \
  pidstat sar atop ps top ss ip tc ethtool numactl strace gdb nvidia-smi rocm-smi journalctl docker crictl kubectl \
  python3 node java jcmd go busybox; do printf 'tool.%s\t' "$t"; command -v "$t" || echo; done
for t in /sys/kernel/tracing /sys/kernel/debug/tracing; do [ -e $t/trace ] && { o tracefs $t/instances; break; }; done
k end end
