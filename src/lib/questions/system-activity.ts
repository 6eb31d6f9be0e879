import {
  nearestTo,
  plus,
  type Question,
  type Reading,
  type Row,
  seconds,
  shareOfInterval,
  time,
  type Value,
} from './question.ts';

type Named = Readonly<Record<string, Value>>;

const times = (value: Value, factor: number): number | undefined =>
  typeof value === 'number' ? value * factor : undefined;

/** The values of the other files for an interval of the CPU's; each file is read some milliseconds apart. */
const beside = ({ rates, rows, host }: Reading): ((row: Row) => Named) => {
  const some = (resource: string): readonly Row[] =>
    [...rates(`proc.pressure.${resource}`)].filter(({ kind }) => kind === 'some');
  const first = 2;
  const vm = nearestTo([...rates('proc.vmstat')], first);
  const memory = nearestTo([...rows('proc.meminfo')], first);
  const [cpu, io, mem] = ['cpu', 'io', 'memory'].map((resource) => nearestTo(some(resource), first));
  return ({ t, seconds: length }) => {
    const moved = vm(t);
    const held = memory(plus(t, length));
    return {
      free: held?.['MemFree'],
      buffers: held?.['Buffers'],
      cache: plus(held?.['Cached'], held?.['SReclaimable']),
      swapIn: times(moved?.['pswpin'], host.pageSize),
      swapOut: times(moved?.['pswpout'], host.pageSize),
      blockIn: moved?.['pgpgin'],
      blockOut: moved?.['pgpgout'],
      cpuPressure: shareOfInterval(cpu?.(t)?.['total']),
      ioPressure: shareOfInterval(io?.(t)?.['total']),
      memoryPressure: shareOfInterval(mem?.(t)?.['total']),
    };
  };
};

/** vmstat 1: https://man7.org/linux/man-pages/man8/vmstat.8.html */
export const systemActivity: Question = {
  name: 'system-activity',
  aliases: ['vmstat'],
  doc: 'Do tasks wait for a CPU, for memory or for I/O?',
  sources: [
    'proc.stat',
    'proc.vmstat',
    'proc.meminfo',
    'proc.pressure.cpu',
    'proc.pressure.io',
    'proc.pressure.memory',
  ],
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
  *answer(reading) {
    const others = beside(reading);
    for (const row of reading.rates('proc.stat')) {
      if (row['cpu'] !== 'all') continue;
      const {
        t,
        seconds: length,
        running,
        blocked,
        interrupts,
        switches,
        forks,
        user,
        nice,
        system,
        irq,
        softirq,
        idle,
        iowait,
        steal,
      } = row;
      const all = plus(user, nice, system, irq, softirq, idle, iowait, steal) ?? 0;
      const share = (value: number | undefined): number | undefined =>
        value === undefined || all <= 0 ? undefined : Math.max(0, value) / all;
      yield {
        ...{ t, seconds: length, runnable: running, blocked, interrupts, switches, forks },
        ...{
          user: share(plus(user, nice)),
          system: share(plus(system, irq, softirq)),
          idle: share(plus(idle)),
          wait: share(plus(iowait)),
          steal: share(plus(steal)),
        },
        ...others(row),
      };
    }
  },
};
