import { defineQuestion, type Reading, time } from './question.ts';
import { processLabel, ratio } from './values.ts';

/** The settings of the whole host by name. */
type Settings = ReadonlyMap<
  string | undefined,
  { readonly value: number | undefined; readonly first: number | undefined }
>;

const limitRow = (
  t: number | undefined,
  limit: string,
  used: number | undefined,
  most: number | undefined,
  who = '',
) => ({ t, limit, who, used, most, share: ratio(used, most) });

/** Open files, processes and threads of the whole host. */
function* ofHost(reading: Reading<'proc.sys' | 'proc.loadavg'>, settings: Settings) {
  for (const { t, name, first, value } of reading.rows('proc.sys')) {
    if (name === 'fs.file-nr') yield limitRow(t, 'open files', first, value);
  }
  const most = (name: string) => settings.get(name)?.value;
  for (const { t, tasks } of reading.rows('proc.loadavg')) {
    yield limitRow(t, 'processes and threads', tasks, least(most('kernel.pid_max'), most('kernel.threads-max')));
  }
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** Tracked connections, and ports in TIME-WAIT. */
function* ofNetwork(reading: Reading<'proc.net.conntrack' | 'proc.net.sockstat'>, settings: Settings) {
  const tracked = settings.get('net.netfilter.nf_conntrack_max')?.value;
  for (const { t, seconds, netns, entries, dropped } of reading.rates('proc.net.conntrack'))
    yield { ...limitRow(t, 'tracked connections', entries, tracked, String(netns)), seconds, refused: dropped };
  const { first, value } = settings.get('net.ipv4.ip_local_port_range') ?? {};
  const ports = first === undefined || value === undefined ? undefined : value - first + 1;
  for (const { t, netns, timeWait } of reading.rows('proc.net.sockstat'))
    yield limitRow(t, 'ports in TIME-WAIT', timeWait, ports, String(netns));
}

/** Open descriptors of each process and its limit. */
function* ofProcesses({ rows }: Reading<'proc.pid.stat' | 'proc.pid.fds'>) {
  const names = new Map<number | undefined, string | undefined>();
  for (const { pid, name } of rows('proc.pid.stat', ['name'])) names.set(pid, name);
  const most = new Map<number | undefined, number | undefined>();
  const all = [...rows('proc.pid.fds')];
  for (const { pid, file, mostOpen } of all) if (file === 'limits') most.set(pid, mostOpen);
  for (const { t, pid, file, open } of all) {
    if (file === 'fd')
      yield limitRow(t, 'descriptors of a process', open, most.get(pid), processLabel(names.get(pid) ?? '', pid));
  }
}

/** Limits of the host and of processes: https://docs.kernel.org/admin-guide/sysctl/ */
export const limits = defineQuestion({
  name: 'limits',
  aliases: [],
  doc: 'How close are open files, processes, tracked connections and ports to their limits?',
  sources: ['proc.sys', 'proc.loadavg', 'proc.net.conntrack', 'proc.net.sockstat', 'proc.pid.fds', 'proc.pid.stat'],
  grain: 'totals',
  whyNotBetter: 'These are counts; which call failed needs tracing (strace, opensnoop).',
  cannotSee: [
    'calls that failed',
    'processes that started and exited between two samples (5 s)',
    "limits of single users (RLIMIT_NPROC), of programs (a connection pool) and of cgroups (see 'cgroup-limits')",
    'the peers of ports in TIME-WAIT: the port range applies to each peer separately',
  ],
  columns: {
    t: { ...time, doc: "Time of the sample, since the recording's start." },
    seconds: { unit: 's', span: true, doc: 'Length of the interval, for limits that count refusals.' },
    limit: { unit: '', key: true, doc: 'The limited resource.' },
    who: { unit: '', key: true, doc: 'The process or the network namespace; empty for the whole host.' },
    used: { unit: 'count', doc: 'Current use.' },
    most: { unit: 'count', doc: 'The limit; absent if there is none.' },
    share: { unit: '1', title: 'share of the limit', doc: 'used / most.' },
    refused: { unit: '1/s', doc: 'Requests refused because the limit was reached, if the kernel counts them.' },
  },
  *answer(reading) {
    const settings = new Map(Array.from(reading.rows('proc.sys'), (row) => [row.name, row]));
    yield* ofHost(reading, settings);
    yield* ofNetwork(reading, settings);
    yield* ofProcesses(reading);
  },
});
