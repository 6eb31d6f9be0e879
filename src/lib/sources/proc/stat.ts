import { defineSource } from '../define.ts';
import type { RowValue } from '../grow-rows.ts';
import { count, divided, lines, number, words } from '../text.ts';

const spent = (what: string) => ({ unit: 's', counter: true, doc: `CPU time since boot ${what}.` }) as const;

/** In the order of the file; kernels before 2.6.33 print fewer. */
const states = {
  user: spent('in user mode (guest included)'),
  nice: spent('in user mode with a positive nice value'),
  system: spent('in the kernel'),
  idle: spent('spent idle; may decrease a little when the kernel corrects it'),
  iowait: spent('spent idle while a task that ran on this CPU waited for I/O; may decrease'),
  irq: spent('in hardware interrupts'),
  softirq: spent('in soft interrupts'),
  steal: spent('taken by the hypervisor for other guests'),
  guest: spent('running guests; part of user'),
  guestNice: spent('running guests with a positive nice value; part of nice'),
};

const ofAll = 'Only in the row of cpu "all".';
const counted = (what: string) => ({ unit: 'count', counter: true, doc: `${what} since boot. ${ofAll}` }) as const;
const tasks = (what: string) => ({ unit: 'tasks', doc: `Tasks ${what}. ${ofAll}` }) as const;

/** The other lines of the file, in the order of the columns. */
const totals = {
  interrupts: counted('Interrupts serviced'),
  switches: counted('Context switches'),
  booted: { unit: 's', clock: 'realtime', doc: `When the host booted, unix time. ${ofAll}` },
  forks: counted('Forks and clones'),
  running: tasks('running or runnable'),
  blocked: tasks('blocked on I/O'),
  softirqs: counted('Soft interrupts'),
} as const;

/** The columns of these lines, by their first word. */
const LINES: ReadonlyMap<string, keyof typeof totals> = new Map([
  ['intr', 'interrupts'],
  ['ctxt', 'switches'],
  ['btime', 'booted'],
  ['processes', 'forks'],
  ['procs_running', 'running'],
  ['procs_blocked', 'blocked'],
  ['softirq', 'softirqs'],
] as const);

const CPU = /^cpu(\d*)$/;

/** Lines that are skipped: page, swap and disk_io of kernel 2.4, and preempt, which some vendors' kernels add. */
const ELSEWHERE = new Set(['page', 'swap', 'disk_io', 'preempt']);

/** /proc/stat: https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat */
export const stat = defineSource({
  name: 'proc.stat',
  doc: 'CPU time by state for each CPU, and counts of interrupts, context switches, forks and tasks.',
  from: 'https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat',
  recipe: { read: ['/proc/stat'] },
  columns: {
    cpu: { unit: '', key: true, ref: 'cpu', doc: 'The CPU: "0", "1" ..., or "all" for their sum.' },
    ...states,
    ...totals,
  },
  *parse({ text, host, unexpected }) {
    const all: Record<string, RowValue> = { cpu: 'all' };
    const cpus: Record<string, RowValue>[] = [];
    for (const line of lines(text)) {
      const [name = '', ...values] = words(line);
      const cpu = CPU.exec(name)?.[1];
      const total = LINES.get(name);
      if (cpu !== undefined) {
        const times = Object.keys(states).map((state, i) => [state, divided(values[i], host.ticks)] as const);
        if (values.length < 4 || values.some((value) => number(value) === undefined))
          unexpected('at least four numbers of clock ticks', line);
        if (times[0]?.[1] === undefined) continue;
        if (cpu === '') Object.assign(all, Object.fromEntries(times));
        else cpus.push({ cpu, ...Object.fromEntries(times) });
      } else if (total) {
        const value = count(values[0]);
        if (value === undefined) unexpected(`a number after ${name}`, line);
        all[total] = value;
      } else if (!ELSEWHERE.has(name)) unexpected('a line of /proc/stat', line);
    }
    if (Object.keys(all).length > 1) yield all;
    yield* cpus;
  },
});
