import { printable } from '../printable.ts';
import { MARK, PREFIX } from '../transport/greeting.ts';
import type { Transport } from '../transport/transport.ts';
import { TEMP } from './clean.ts';
import { NAMES } from './names.ts';

/** Something on the host that has a name of ours, or a setting that changed there. */
export interface Leftover {
  readonly kind: 'process' | 'tracefs' | 'probe' | 'bpf' | 'setting' | 'file' | 'socket';
  readonly left: string;
}

/** The state of the host at one moment: lines `kind TAB state or name TAB text`. */
export type Snapshot = readonly string[];

export interface Audit {
  /** Leftovers of runs whose recorder is dead, and settings that changed. */
  readonly left: readonly Leftover[];
  /** What belongs to a live recorder: another one, or one of ours that records now. */
  readonly running: readonly Leftover[];
  /** What was compared, one sentence each. */
  readonly compared: readonly string[];
  /** What could not be checked, and why. */
  readonly notChecked: readonly string[];
  /** The state that was read, to compare a later one with. */
  readonly snapshot: Snapshot;
}

/** Settings that tracing tools, ours included, may change. */
const SETTINGS = [
  'kernel/perf_event_paranoid',
  'kernel/perf_event_mlock_kb',
  'kernel/perf_event_max_stack',
  'kernel/kptr_restrict',
  'kernel/sched_schedstats',
  'kernel/task_delayacct',
  'kernel/ftrace_enabled',
  'kernel/stack_tracer_enabled',
  'kernel/tracepoint_printk',
  'kernel/traceoff_on_warning',
  'kernel/unprivileged_bpf_disabled',
  'kernel/bpf_stats_enabled',
  'kernel/nmi_watchdog',
  'kernel/dmesg_restrict',
  'kernel/yama/ptrace_scope',
  'kernel/core_pattern',
  'net/core/bpf_jit_enable',
  'net/ipv4/tcp_probe_interval',
  'vm/compact_memory',
  'fs/pipe-max-size',
];

/** Settings of the top tracefs instance, which all tools share; we use only instances of our own. */
const TRACING = [
  'tracing_on',
  'current_tracer',
  'trace_clock',
  'set_event',
  'set_event_pid',
  'buffer_size_kb',
  'events/enable',
];

/**
 * POSIX sh text that prints, one per line: what has our mark or our names, and the settings to compare. `not` lines
 * report what the login may not read. The audit's own shell and its children have the name of the control channel and
 * are left out.
 */
const LOOK = `exec 2>/dev/null
${NAMES}
t=$(printf '\\t')
l() { fbf_lives "$1" && printf live || printf left; }
fbf_marked | while read -r p n; do
  [ "$n" = "$${MARK}" ] && continue
  printf 'process\\t%s\\t%s\\n' "$(l "$n")" "$n: pid $p $(tr '\\000\\n' '  ' </proc/$p/cmdline | cut -c1-200)"
  for i in $(sed -n 's/^prog_id:[[:space:]]*//p' /proc/$p/fdinfo/* | sort -u); do printf 'bpf\\t%s\\t%s\\n' "$(l "$n")" "program $i, held by pid $p of $n"; done
done
find /sys/fs/bpf -name '${PREFIX}*' | while read -r f; do n=\${f##*/}; printf 'bpf\\t%s\\t%s\\n' "$(l "$n")" "$f"; done
for d in /sys/kernel/tracing /sys/kernel/debug/tracing; do
  [ -d $d/instances ] || continue
  if [ -r $d/instances ]; then
    for f in $d/instances/${PREFIX}*; do [ -d "$f" ] || continue; n=\${f##*/}; printf 'tracefs\\t%s\\t%s\\n' "$(l "$n")" "$f"; done
    for e in kprobe_events uprobe_events synthetic_events; do
      [ -r $d/$e ] || continue
      sed -n -e 's|^[^:]*:\\(${PREFIX}[^/ ]*\\)/.*|\\1|p' -e t -e 's|^\\(${PREFIX}[^ ]*\\).*|\\1|p' $d/$e | while read -r n; do printf 'probe\\t%s\\t%s\\n' "$(l "$n")" "$e: $n"; done
    done
  else printf 'not\\ttracefs\\t%s\\n' "only root may read $d"; fi
  break
done
for d in ${TEMP}; do for f in $d/${PREFIX}*; do [ -e "$f" ] || continue; n=\${f##*/}; printf 'file\\t%s\\t%s\\n' "$(l "$n")" "$f"; done; done
sed -n 's|.* \\([^ ]*${PREFIX}[^ ]*\\)$|\\1|p' /proc/net/unix | sort -u | while read -r f; do n=\${f##*/}; n=\${n#@}; printf 'socket\\t%s\\t%s\\n' "$(l "$n")" "$f"; done
a=0; b=0; for p in /proc/[0-9]*; do a=$((a+1)); [ -r $p/environ ] || b=$((b+1)); done
[ $b -gt 0 ] && printf 'not\\tprocesses\\t%s\\n' "$b of $a processes belong to other users: their environment cannot be read"
exit 0
`;

/** Prints the settings; one process reads them all, since this runs at every connect. */
const SETTINGS_LOOK = `cd /proc/sys && grep -s -m 50 . ${SETTINGS.join(' ')} /dev/null | sed 's/:/\\t/; s/^/setting\\t/'
for d in /sys/kernel/tracing /sys/kernel/debug/tracing; do
  [ -r $d/instances ] && { cd $d && grep -s -m 50 . ${TRACING.join(' ')} /dev/null | sed 's/:/\\t/; s/^/setting\\ttracing: /'; break; }
done 2>/dev/null
exit 0
`;

const lookWith = async (transport: Transport, script: string): Promise<Snapshot> => {
  const { stdout } = await transport.sh(script, { timeout: 60_000 });
  const lines = Buffer.from(stdout).toString('utf8').split('\n');
  return lines.filter((line) => line.split('\t').length === 3);
};

/** Reads the settings at connect, so that a later audit has something to compare with. */
export const lookAtSettings = (transport: Transport): Promise<Snapshot> => lookWith(transport, SETTINGS_LOOK);

const COMPARED = [
  `processes: with ${MARK} in their environment`,
  `tracefs: instances named ${PREFIX}*`,
  `probes: groups and events named ${PREFIX}* in kprobe_events, uprobe_events and synthetic_events`,
  `BPF: programs held by such processes, and pins named ${PREFIX}* in /sys/fs/bpf`,
  `files: named ${PREFIX}* in ${TEMP.replaceAll(' ', ', ')}`,
  `sockets: Unix sockets with ${PREFIX} in their name`,
];

const settingsOf = (lines: Snapshot): Map<string, string> => {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [kind, name = '', value = ''] = line.split('\t');
    if (kind === 'setting') found.set(name, `${found.has(name) ? `${found.get(name) ?? ''} ` : ''}${value.trim()}`);
  }
  return found;
};

const changed = (before: Snapshot, after: Snapshot): Leftover[] => {
  const was = settingsOf(before);
  const is = settingsOf(after);
  return [...was].flatMap(([name, old]) => {
    const value = is.get(name) ?? '';
    if (old === value) return [];
    const left = `${printable(name)}: was ${printable(old, 80)}, is ${printable(value, 80)}`;
    return [{ kind: 'setting' as const, left }];
  });
};

const isKind = (kind: string): kind is Leftover['kind'] =>
  ['process', 'tracefs', 'probe', 'bpf', 'file', 'socket'].includes(kind);

/** Compares two states of a host: what is ours in the later one, and settings that differ (none without `before`). */
export const compareSnapshots = (before: Snapshot | undefined, after: Snapshot): Audit => {
  const left: Leftover[] = [];
  const running: Leftover[] = [];
  const notChecked: string[] = [];
  for (const line of after) {
    const [kind = '', state = '', what = ''] = line.split('\t');
    if (isKind(kind)) (state === 'live' ? running : left).push({ kind, left: printable(what) });
    if (kind === 'not') notChecked.push(`${state}: ${printable(what)}`);
  }
  const found = { running, notChecked, snapshot: after };
  if (before === undefined)
    return {
      ...found,
      left,
      compared: COMPARED,
      notChecked: [...notChecked, 'settings: no earlier values to compare with'],
    };
  const settings = `settings: ${settingsOf(before).size} of /proc/sys and tracefs, compared with those at connect`;
  return { ...found, left: [...left, ...changed(before, after)], compared: [...COMPARED, settings] };
};

/** Finds our leftovers on the host, and settings that changed since `before`. */
export const audit = async (transport: Transport, before: Snapshot | undefined): Promise<Audit> =>
  compareSnapshots(before, await lookWith(transport, `( ${LOOK} )\n${SETTINGS_LOOK}`));
