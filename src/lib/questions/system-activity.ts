import type { NumberColumn, Table, TextColumn } from '../columns/column.ts';
import { numberAt, numbersFrom, sumOfColumns, textAt } from '../columns/compute.ts';
import { rowsWhere } from '../columns/filter.ts';
import { takeRows } from '../columns/take.ts';
import { beside } from './beside.ts';
import { defineColumnQuestion, type Reading, seconds, time } from './question.ts';
import { shareOfInterval } from './values.ts';

const SOURCES = [
  'proc.stat',
  'proc.vmstat',
  'proc.meminfo',
  'proc.pressure.cpu',
  'proc.pressure.io',
  'proc.pressure.memory',
] as const;

/** The rows whose text in a column is `name`. */
const only = <Each extends Table>(table: Each, column: TextColumn, name: string): Each =>
  takeRows(
    table,
    rowsWhere(table.size, (i) => textAt(column, i) === name),
  ) as Each;

type Sources = Reading<(typeof SOURCES)[number]>;

/** The intervals of all CPUs together. */
const cpusOf = ({ rateTable }: Sources) => {
  const each = rateTable('proc.stat');
  return only(each, each.data.cpu, 'all');
};
type Cpus = ReturnType<typeof cpusOf>;

/** CPU time by state, as shares of all time. */
const sharesOf = ({ size, data: { user, nice, system, irq, softirq, idle, iowait, steal } }: Cpus) => {
  const all = sumOfColumns(size, user, nice, system, irq, softirq, idle, iowait, steal);
  const share = (...states: readonly NumberColumn[]): NumberColumn => {
    const spent = sumOfColumns(size, ...states);
    return numbersFrom(size, (i) => {
      const [value, of = 0] = [numberAt(spent, i), numberAt(all, i)];
      return value === undefined || of <= 0 ? undefined : Math.max(0, value) / of;
    });
  };
  return {
    user: share(user, nice),
    system: share(system, irq, softirq),
    idle: share(idle),
    wait: share(iowait),
    steal: share(steal),
  };
};

/** Memory at the interval's end, and what moved during it. */
const memoryOf = ({ table, rateTable, host }: Sources, cpus: Cpus) => {
  const { size, data } = cpus;
  const end = numbersFrom(size, (i) => (numberAt(data.t, i) ?? NaN) + (numberAt(data.seconds, i) ?? NaN));
  const { data: held } = beside(cpus, table('proc.meminfo'), { at: end });
  const { data: moved } = beside(cpus, rateTable('proc.vmstat'));
  const bytes = (pages: NumberColumn): NumberColumn =>
    numbersFrom(size, (i) => (numberAt(pages, i) ?? NaN) * host.pageSize);
  return {
    free: held.MemFree,
    buffers: held.Buffers,
    cache: sumOfColumns(size, held.Cached, held.SReclaimable),
    swapIn: bytes(moved.pswpin),
    swapOut: bytes(moved.pswpout),
    blockIn: moved.pgpgin,
    blockOut: moved.pgpgout,
  };
};

/** The share of each interval in which some task waited for a resource. */
const waitedFor = ({ rateTable }: Sources, cpus: Cpus, resource: 'cpu' | 'io' | 'memory'): NumberColumn => {
  const pressure = rateTable(`proc.pressure.${resource}` as const);
  const { total } = beside(cpus, only(pressure, pressure.data.kind, 'some')).data;
  return numbersFrom(cpus.size, (i) => shareOfInterval(numberAt(total, i)));
};

/** vmstat 1: https://man7.org/linux/man-pages/man8/vmstat.8.html */
export const systemActivity = defineColumnQuestion({
  name: 'system-activity',
  aliases: ['vmstat'],
  doc: 'Do tasks wait for a CPU, for memory or for I/O?',
  sources: SOURCES,
  grain: 'totals',
  whyNotBetter: 'The kernel keeps these totals itself; how long each task waited needs tracing.',
  cannotSee: [
    'how long each task waited',
    'bursts shorter than the interval',
    'runnable and blocked tasks between two samples: these two are readings, not means',
  ],
  columns: {
    t: time,
    seconds,
    runnable: {
      unit: 'tasks',
      doc: "Tasks running or runnable at the interval's end, our sampler included.",
    },
    blocked: { unit: 'tasks', doc: "Tasks blocked on I/O at the interval's end." },
    free: { unit: 'B', doc: 'Free memory.' },
    buffers: { unit: 'B', doc: 'Page cache of block devices (buffers).' },
    cache: { unit: 'B', doc: 'Page cache and reclaimable slab.' },
    swapIn: { unit: 'B/s', doc: 'Read from swap.' },
    swapOut: { unit: 'B/s', doc: 'Written to swap.' },
    blockIn: { unit: 'B/s', doc: 'Read from disks.' },
    blockOut: { unit: 'B/s', doc: 'Written to disks.' },
    interrupts: { unit: '1/s', doc: 'Interrupts.' },
    switches: { unit: '1/s', doc: 'Context switches.' },
    forks: { unit: '1/s', doc: 'Processes and threads created: short-lived ones are counted only here.' },
    user: { unit: '1', doc: 'Share of CPU time in user mode, nice included.' },
    system: { unit: '1', doc: 'Share in the kernel, interrupts included.' },
    idle: { unit: '1', doc: 'Share idle, with no task waiting for I/O.' },
    wait: { unit: '1', doc: 'Share idle while a task waited for I/O.' },
    steal: { unit: '1', doc: 'Share taken by the hypervisor for other guests.' },
    cpuPressure: {
      unit: '1',
      title: 'tasks waited for a CPU',
      doc: 'Share of time in which some task waited for a CPU, at most 1 (kernels from 4.20 on).',
    },
    ioPressure: {
      unit: '1',
      title: 'tasks waited for I/O',
      doc: 'Share of time in which some task waited for I/O; at most 1.',
    },
    memoryPressure: {
      unit: '1',
      title: 'tasks waited for memory',
      doc: 'Share of time in which some task waited for memory; at most 1.',
    },
  },
  answer(reading) {
    const cpus = cpusOf(reading);
    const { t, seconds: length, running, blocked, interrupts, switches, forks } = cpus.data;
    return {
      size: cpus.size,
      data: {
        t,
        seconds: length,
        runnable: running,
        blocked,
        interrupts,
        switches,
        forks,
        ...memoryOf(reading, cpus),
        ...sharesOf(cpus),
        cpuPressure: waitedFor(reading, cpus, 'cpu'),
        ioPressure: waitedFor(reading, cpus, 'io'),
        memoryPressure: waitedFor(reading, cpus, 'memory'),
      },
    };
  },
});
