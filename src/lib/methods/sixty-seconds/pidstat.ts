import { isOurs } from '../../our-processes.ts';
import { cpuWaits } from '../waiting/cpu.ts';
import { groupLabel, groupsBy, leaders, type Process } from '../waiting/culprits.ts';
import { numberOf, secondOf, totalOf } from '../waiting/seconds.ts';
import { count, percent } from '../amounts.ts';
import { mean, numbers } from '../means.ts';
import { defineStep, ENABLE_PRESSURE, noCulprit, nothing, type Seen } from '../step.ts';

/** CPU time that no sampled process used, and processes started per second. */
const unseen = (rows: readonly Process[], { host, rows: of }: Seen) => {
  const activity = of('system-activity');
  const busy = host.cpus * mean(activity.map((row) => (numberOf(row, 'user') ?? 0) + (numberOf(row, 'system') ?? 0)));
  const moments = Math.max(1, new Set(rows.map(({ t }) => t)).size);
  const cpus = busy - rows.reduce((sum, row) => sum + (numberOf(row, 'cpu') ?? 0), 0) / moments;
  return { cpus, forks: mean(numbers(activity, 'forks')), much: cpus > 0.3 && cpus > busy * 0.3 };
};

/** The process whose exited children used most CPU time: it starts short-lived processes. */
const parentOfShortLived = (rows: readonly Process[]): string => {
  const [top] = groupsBy(rows, (row) => numberOf(row, 'childCpu'));
  return top === undefined || top.total < 0.1 ? '' : (top.processes[0] ?? '');
};

const cpuOf = (row: Process): number | undefined => numberOf(row, 'cpu');

/** pidstat 1: which processes use the CPUs over time? */
export const pidstat = defineStep({
  command: 'pidstat 1',
  key: 'pidstat',
  question: 'process-activity',
  component: 'CPU',
  also: ['vmstat', 'runDelay'],
  threshold: 'the processes that used most CPU time in the seconds in which tasks waited for a CPU (see vmstat)',
  judge(rows, seen) {
    const [top] = groupsBy(rows.filter((row) => !isOurs(row)), cpuOf); // prettier-ignore
    if (top === undefined) return rows.length === 0 ? nothing('The processes') : noCulprit('cleared', 'No process used CPU time.'); // prettier-ignore
    const waits = cpuWaits(seen);
    const figures = `Most CPU: ${groupLabel(top, percent)} of one CPU`;
    const missed = unseen(rows, seen);
    const parent = parentOfShortLived(rows);
    const shortLived = `processes that no sample shows used ${percent(missed.cpus)} of one CPU (${count(missed.forks)} processes started per second): short-lived ones${parent === '' ? '' : `, children of ${parent}`}, or hidden from this login`;
    if (waits.level === 'much') {
      const second = secondOf(seen);
      const bad = rows.filter((row) => waits.bad.has(second(row)) && !isOurs(row));
      const named = leaders(groupsBy(bad, cpuOf)).map((group) => groupLabel(group, percent));
      const culprit = missed.much ? `short-lived processes${parent === '' ? '' : ` of ${parent}`}` : named.join('; ');
      const say = missed.much
        ? `${figures}, but ${shortLived}.`
        : `While tasks waited for a CPU, most CPU time was used by ${named.join(', and ')}.`;
      return { verdict: 'suspect', say, culprit, pressure: waits.worst };
    }
    if (missed.much)
      return noCulprit('undecided', `${figures}, but ${shortLived}.`, { pressure: missed.cpus, open: 'CPU (short-lived processes)' }); // prettier-ignore
    const full = rows.filter((row) => !isOurs(row) && (numberOf(row, 'cpu') ?? 0) >= 0.9).length;
    if (full >= 2 && totalOf(rows, 'cpu') > 0)
      return noCulprit(
        'undecided',
        `${figures}: busy, but no task is known to have waited for a CPU. If a program waits for the result of this process, a CPU profile shows where its time goes.`,
        { open: `CPU (${top.processes[0] ?? top.name} is busy, no task waited for a CPU)` },
      );
    if (waits.level === 'none' && waits.measured)
      return noCulprit('cleared', `${figures}, and no task waited for a CPU (see vmstat).`);
    return noCulprit(waits.measured ? 'undecided' : 'not checked', `${figures}; see vmstat for which tasks waited.`);
  },
  figure: { kind: 'line', of: 'cpu', by: 'process' },
  next: {
    say: 'Draw the CPU time of each process; for its functions record a CPU profile (perf record -F 99 -g) and open it with openProfile.',
    code: "(await host.ask('pidstat', { seconds: 10 })).bar('cpu', { by: 'process', top: 10 })",
  },
  fix: {
    suspect:
      'Speed up its hottest functions (CPU profile); until then lower its share: systemctl set-property UNIT CPUWeight=20',
    undecided: 'Record a CPU profile: perf record -F 99 -g -a -- sleep 30',
    'not checked': ENABLE_PRESSURE,
  },
});
