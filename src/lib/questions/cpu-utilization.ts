import { defineQuestion, seconds, time } from './question.ts';
import { plus } from './values.ts';

const share = (doc: string) => ({ unit: '1', doc }) as const;

/** mpstat -P ALL: https://man7.org/linux/man-pages/man1/mpstat.1.html */
export const cpuUtilization = defineQuestion({
  name: 'cpu-utilization',
  aliases: ['mpstat'],
  doc: 'Is the work spread over the CPUs, or is one of them busy while others are idle?',
  sources: ['proc.stat'],
  grain: 'totals',
  whyNotBetter: 'The kernel accounts CPU time by state itself; a profile adds which code ran.',
  cannotSee: [
    'bursts shorter than the interval',
    'which process used the CPU: see pidstat',
    'whether tasks waited for the CPU: see pressure and run-delay',
  ],
  columns: {
    t: time,
    seconds,
    cpu: { unit: '', key: true, ref: 'cpu', doc: 'The CPU, or "all" for their mean.' },
    user: share('In user mode, guests excluded.'),
    nice: share('In user mode with a positive nice value.'),
    system: share('In the kernel.'),
    iowait: share('Idle while a task of this CPU waited for I/O.'),
    irq: share('In hardware interrupts.'),
    softirq: share('In soft interrupts.'),
    steal: share('Taken by the hypervisor for other guests.'),
    guest: share('Running guests.'),
    idle: share('Idle, and no task waited for I/O.'),
    busy: share('All time except idle and iowait.'),
  },
  *answer({ rates }) {
    for (const row of rates('proc.stat')) {
      const { t, seconds: length, cpu, nice, system, idle, iowait, irq, softirq, steal, guest, guestNice } = row;
      // The kernel counts guest in user, too, and guestNice in nice: as mpstat does, we subtract them.
      const all = plus(row.user, nice, system, idle, iowait, irq, softirq, steal);
      if (all === undefined || all <= 0 || idle === undefined) continue;
      const of = (value: number | undefined): number | undefined =>
        value === undefined ? undefined : Math.max(0, value) / all;
      yield {
        t,
        seconds: length,
        cpu,
        user: of(row.user === undefined ? undefined : row.user - (guest ?? 0)),
        nice: of(nice === undefined ? undefined : nice - (guestNice ?? 0)),
        system: of(system),
        iowait: of(iowait),
        irq: of(irq),
        softirq: of(softirq),
        steal: of(steal),
        guest: of(plus(guest, guestNice)),
        idle: of(idle),
        busy: of(all - idle - (iowait ?? 0)),
      };
    }
  },
});
