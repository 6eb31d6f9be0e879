import { groupLabel, groupsBy, leaders } from '../waiting/culprits.ts';
import { memoryWaits, type MemoryWaits } from '../waiting/memory.ts';
import { nobodyWaited, waitedFor } from '../waiting/say.ts';
import { numberOf } from '../waiting/seconds.ts';
import { bytes, count, isZero, percent } from '../amounts.ts';
import { defineStep, ENABLE_PRESSURE, noCulprit, nothing, type Seen } from '../step.ts';

/** Who uses the memory: the cgroup that waited, otherwise the process with the largest resident set. */
const holder = ({ rows }: Seen, { cgroup }: MemoryWaits): string => {
  if (cgroup !== '') return `cgroup ${cgroup}`;
  const all = rows('process-activity');
  const last = all.at(-1)?.['t'];
  const groups = groupsBy(all.filter(({ t }) => t === last), (row) => numberOf(row, 'resident')); // prettier-ignore
  return leaders(groups)
    .slice(0, 1)
    .map((group) => groupLabel(group, bytes))
    .join('');
};

const seenOf = (waits: MemoryWaits): string =>
  [
    waits.killed > 0
      ? `the OOM killer killed ${count(waits.killed)} ${waits.killed === 1 ? 'process' : 'processes'}`
      : '',
    waits.measured && !isZero(waits.worst) ? waitedFor('memory', waits) : '',
    waits.swapping > 0 ? `pages were swapped in during ${count(waits.swapping)} seconds` : '',
    waits.stalls > 0 ? `${count(waits.stalls)} allocations stalled in direct reclaim` : '',
  ]
    .filter((each) => each !== '')
    .join(', ');

/** free -m: do tasks wait for memory? */
export const free = defineStep({
  command: 'free -m',
  key: 'free',
  question: 'memory',
  component: 'memory',
  also: ['vmstat', 'cgroupPressure', 'cgroupLimits', 'reclaim'],
  threshold:
    'tasks of the host or of a cgroup waited for memory in 20 % of one second, in 10 % of two, or in 3 % of half of the seconds while pages were swapped in (pressure); or a process was killed for lack of memory; without pressure: direct reclaim or swap-in during two seconds',
  judge(rows, seen) {
    const { available, total } = rows.at(-1) ?? {};
    if (typeof available !== 'number' || typeof total !== 'number') return nothing('/proc/meminfo');
    const figures = `${bytes(available)} of ${bytes(total)} available (${percent(available / total)})`;
    const waits = memoryWaits(seen);
    const found = seenOf(waits);
    if (waits.level === 'much') {
      const culprit = holder(seen, waits);
      const pressure = 0.5 + 2 * waits.worst + (waits.killed > 0 ? 2 : 0);
      return {
        verdict: 'suspect',
        say: `${figures}; ${found}${culprit === '' ? '' : ` (${culprit})`}.`,
        culprit,
        pressure,
      };
    }
    if (!waits.measured)
      return noCulprit('not checked', `${figures}; whether tasks waited for memory was not measured.`);
    if (waits.level === 'some' || waits.swapping > 1) {
      const say = `${figures}; ${found}: not enough for a verdict. Tracing direct reclaim (vmscan tracepoints) would decide.`;
      return noCulprit('undecided', say, { pressure: waits.worst, open: `memory (${found})` });
    }
    return noCulprit('cleared', `${figures}; ${nobodyWaited('memory', waits)}, no process was killed.`);
  },
  figure: { kind: 'line', of: 'available' },
  next: {
    say: 'Which processes hold the memory?',
    code: "(await host.ask('top', { seconds: 2 })).orderby('resident', 'down').slice(10)",
  },
  fix: {
    suspect: 'Raise the limit of the cgroup (MemoryMax=), shrink what holds the memory, or add memory.',
    undecided: 'Count direct reclaim: perf stat -a -e vmscan:mm_vmscan_direct_reclaim_begin -- sleep 10',
    'not checked': ENABLE_PRESSURE,
  },
});
