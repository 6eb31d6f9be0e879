# shellcheck shell=sh
# Parameter: fbf_tracefs (see clean.sh).
# Prints the settings that tracing tools, ours included, may change: "setting" TAB NAME TAB VALUE. One process reads them
# all, since this runs at every connect. Of tracefs it reads the top instance, which all tools share; we use only
# instances of our own.

cd /proc/sys && grep -s -m 50 . kernel/perf_event_paranoid kernel/perf_event_mlock_kb kernel/perf_event_max_stack \
  kernel/kptr_restrict kernel/sched_schedstats kernel/task_delayacct kernel/ftrace_enabled kernel/stack_tracer_enabled \
  kernel/tracepoint_printk kernel/traceoff_on_warning kernel/unprivileged_bpf_disabled kernel/bpf_stats_enabled \
  kernel/nmi_watchdog kernel/dmesg_restrict kernel/yama/ptrace_scope kernel/core_pattern net/core/bpf_jit_enable \
  net/ipv4/tcp_probe_interval vm/compact_memory fs/pipe-max-size /dev/null | sed 's/:/\t/; s/^/setting\t/'
for d in $fbf_tracefs; do
  [ -r "$d/instances" ] && { cd "$d" && grep -s -m 50 . tracing_on current_tracer trace_clock set_event set_event_pid buffer_size_kb events/enable /dev/null | sed 's/:/\t/; s/^/setting\ttracing: /'; break; }
done 2>/dev/null
