import { conclude } from '../../../src/lib/methods/conclude.ts';
import type { Seen } from '../../../src/lib/methods/step.ts';
import type { Finding } from '../../../src/lib/api.ts';
import { steps } from '../../../src/lib/methods/sixty-seconds/steps.ts';
import { withCoverage } from '../../../src/lib/methods/verdict.ts';
import type { QuestionName, RowOf } from '../../../src/lib/questions/rows.ts';

export const GIB = 2 ** 30;
export const host = { cpus: 2, memory: 16 * GIB, pageSize: 4096 };
export type Rows = { readonly [Name in QuestionName]?: readonly RowOf<Name>[] };
type Process = RowOf<'process-activity'>;
type Activity = RowOf<'system-activity'>;

/** Rows of a minute: `of(i)` gives those of second `i`. */
export const seconds = <Row extends object>(of: (i: number) => Row | readonly Row[], n = 60): readonly Row[] =>
  Array.from({ length: n }, (_, i) => [of(i)].flat().map((row) => ({ t: i, seconds: 1, ...(row as Row) }))).flat();

/** A process of `process-activity`: sleeping, except for the given fields. */
export const process = (name: string, pid: number, more: Process = {}): Process => ({
  ...{ pid, ppid: 1, name, process: `${name} (${String(pid)})`, state: 'S', threads: 1, nice: 0, policy: 0, onCpu: 0 },
  ...{ cpu: 0, wait: 0, slices: 10, read: 0, written: 0, resident: 1e6, childCpu: 0 },
  ...more,
});

const quiet = { idle: 0.98, wait: 0, user: 0.01, system: 0.01, steal: 0, runnable: 1, switches: 300, forks: 1, swapIn: 0, swapOut: 0 }; // prettier-ignore

/** A minute of an idle host on which everything could be read. */
export const idle: Rows = {
  'load-average': seconds(() => ({ load1: 0.2, load5: 0.3, load15: 0.3, runnable: 1 })),
  'kernel-log': [{ t: -9000, level: 'err', facility: 'kern', text: 'an old I/O error' }],
  'system-activity': seconds(() => ({ ...quiet, cpuPressure: 0.01, ioPressure: 0, memoryPressure: 0 })),
  'cpu-utilization': seconds(() => ['all', '0', '1'].map((cpu) => ({ cpu, busy: 0.02 }))),
  'process-activity': seconds(() => process('systemd', 1, { cpu: 0.01 })),
  'disk-activity': seconds(() => ({ device: 'sda', util: 0.01, reads: 0, writes: 2, written: 8192, await: 0.001, writeAwait: 0.001, queue: 0 })), // prettier-ignore
  memory: [{ t: 0, total: 16 * GIB, available: 12 * GIB }],
  'network-interfaces': seconds(() => ({
    interface: 'eth0',
    netns: '1',
    bytes: 1000,
    packets: 10,
    lost: 0,
    errors: 0,
  })),
  tcp: seconds(() => ({ netns: '1', sent: 100, retransmitted: 0, active: 1, passive: 1, listenDrops: 0, timeouts: 0 })),
  processes: [{ process: 'systemd (1)', state: 'S', cpu: 0.01, resident: 1e7 }],
  pressure: seconds(() => ['cpu', 'memory', 'io'].map((resource) => ({ resource, some: 0, full: 0 }))),
  'cgroup-limits': seconds(() => ({ cgroup: '/a.slice', kind: 'cpu', throttled: 0 })),
  udp: seconds(() => ({ netns: '1', received: 5, sent: 5, receiveBufferErrors: 0, sendBufferErrors: 0 })),
  limits: seconds(() => ({ limit: 'open files', who: '', used: 900, most: 100_000, share: 0.009 }), 2),
  'run-delay': [],
};

/** The verdict of each step if some answers differ from those of an idle host. */
export const judged = (changes: Rows, coverage = 1, cut?: string, ours = 0) => {
  const rows: Rows = { ...idle, ...changes };
  const seen: Seen = { host, rows: (question) => rows[question] ?? [], ours };
  return steps.map((step) => withCoverage(step, step.judge(rows[step.question] ?? [], seen), coverage, cut));
};

/** The verdict on a minute, with the resources by name. */
export const concluded = (changes: Rows, coverage = 1, cut?: string) => {
  const { causes, cleared, open, say } = conclude(judged(changes, coverage, cut), cut);
  const names = (findings: readonly Finding[]) => findings.map(({ component }) => component);
  return { causes: names(causes), cleared: names(cleared), open: names(open), say };
};
export const stepOf = (changes: Rows, key: string) => judged(changes).find(({ step }) => step.key === key);

/** Rows of the host's activity with one or more seconds changed. */
export const activity = (change: (i: number) => Activity): readonly Activity[] =>
  seconds((i) => ({ ...quiet, cpuPressure: 0.01, ioPressure: 0, memoryPressure: 0, ...change(i) }));

/** CPU utilization with some seconds changed. */
export const busy = (of: (i: number) => number): readonly RowOf<'cpu-utilization'>[] =>
  seconds((i) => ['all', '0', '1'].map((cpu) => ({ cpu, busy: of(i) })));
