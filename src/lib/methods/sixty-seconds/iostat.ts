import { isOurs } from '../../our-processes.ts';
import type { RowOf } from '../../questions/rows.ts';
import { type Group, groupLabel, groupsBy, isKernelThread, leaders } from '../waiting/culprits.ts';
import { type DiskWaits, diskWaits } from '../waiting/disk.ts';
import { memoryWaits } from '../waiting/memory.ts';
import { nobodyWaited, waitedFor } from '../waiting/say.ts';
import { numberOf, secondOf, type Timed } from '../waiting/seconds.ts';
import { bytes, count, duration, isZero, percent } from '../amounts.ts';
import { mean, meansBy, numbers } from '../means.ts';
import { defineStep, ENABLE_PRESSURE, type Judged, noCulprit, type Seen } from '../step.ts';

/** A process used another device if the slow device moved less than this share of the process's bytes. */
const ELSEWHERE = 0.01;

/**
 * The processes that read or wrote most in the seconds in which tasks waited, from /proc/PID/io. That file does not name
 * the device, so processes are left out that moved far more than the slow device did or, if no device was slow, that did
 * not wait.
 */
const moversOf = (seen: Seen, { bad, blocked, cause, device }: DiskWaits): string => {
  const second = secondOf(seen);
  const inBad = (row: Timed): boolean => bad.size === 0 || bad.has(second(row));
  const rows = seen.rows('process-activity').filter((row) => inBad(row) && !isKernelThread(row) && !isOurs(row));
  const own = seen.rows('disk-activity').filter((row) => inBad(row) && row.device === device?.device);
  const moved = { read: mean(numbers(own, 'read')), written: mean(numbers(own, 'written')) };
  const could = ({ processes, total }: Group, what: keyof typeof moved): boolean =>
    cause === 'slow' ? moved[what] >= total * ELSEWHERE : processes.some((process) => blocked.has(process));
  const name = (what: keyof typeof moved, verb: string): readonly { readonly total: number; readonly say: string }[] =>
    leaders(groupsBy(rows, (row) => numberOf(row, what)).filter((group) => could(group, what)))
      .slice(0, 2)
      .map((group) => ({ total: group.total, say: groupLabel(group, (value) => `${bytes(value)}/s ${verb}`) }));
  const all = [...name('written', 'written'), ...name('read', 'read')].sort((a, b) => b.total - a.total);
  return all
    .filter(({ total }) => total >= (all[0]?.total ?? 0) * 0.5 && total >= 1024)
    .slice(0, 2)
    .map(({ say }) => say)
    .join('; ');
};

const blockedOf = ({ blocked }: DiskWaits): string => {
  const [first] = [...blocked].sort((a, b) => b[1] - a[1]);
  return first === undefined ? '' : `; ${first[0]} was in uninterruptible sleep in ${count(first[1])} samples`;
};

const suspectOf = (waits: DiskWaits, seen: Seen): Judged => {
  const movers = moversOf(seen, waits);
  const by = movers === '' ? '' : `: ${movers}`;
  const waited = waits.of > 0 && !isZero(waits.worst) ? `; ${waitedFor('I/O', waits)}` : '';
  const name = String(waits.device?.device);
  const share = Math.max(waits.worst, 0.3);
  const within = waits.cgroup === '' ? '' : `, cgroup ${waits.cgroup}`;
  if (waits.cause === 'slow')
    return {
      verdict: 'suspect',
      say: `${name} was slow: up to ${duration(waits.wait)} a request, ${count(numberOf(waits.device, 'reads') ?? 0)} reads/s and ${count(numberOf(waits.device, 'writes') ?? 0)} writes/s${waited}${blockedOf(waits)}${by}.`,
      culprit: `${name}${by}`,
      pressure: 0.2 + share,
    };
  return {
    verdict: 'suspect',
    say: `${waitedFor('I/O', waits)}, while no block device was busy for nearly as long: an I/O limit (io.max), a network filesystem, or a filesystem lock${within}${blockedOf(waits)}${by}.`.replace(/^t/, 'T'), // prettier-ignore
    culprit: `waits above the block devices${within}${by}`,
    pressure: share,
  };
};

const busiestOf = (rows: readonly RowOf<'disk-activity'>[]): string => {
  const [top] = meansBy(rows, 'device', 'util');
  if (top === undefined) return 'No disk did any I/O';
  const own = rows.filter((row) => row.device === top[0]);
  const rate = mean(numbers(own, 'reads')) + mean(numbers(own, 'writes'));
  const each = numbers(own, 'await').length > 0 ? `, ${duration(mean(numbers(own, 'await')))} each` : '';
  return `Busiest disk: ${top[0]} ${percent(top[1])} busy, ${count(rate)} requests/s${each}, queue ${mean(numbers(own, 'queue')).toFixed(1)}`;
};

/** iostat -xz 1: do tasks wait for a disk? */
export const iostat = defineStep({
  command: 'iostat -xz 1',
  key: 'iostat',
  question: 'disk-activity',
  component: 'disk',
  also: ['vmstat', 'pidstat', 'cgroupPressure'],
  threshold:
    'requests of a device take more than 10 ms (plus, for large ones, their transfer time at 50 MB/s) in two seconds in which tasks wait for I/O (pressure 5 %, or uninterruptible sleep), at any request rate; or tasks wait in 20 % of a second while no device is busy',
  judge(rows, seen) {
    const waits = diskWaits(seen);
    const busiest = busiestOf(rows);
    if (!waits.measured && waits.blocked.size === 0 && waits.cause !== 'slow')
      return noCulprit('not checked', `${busiest}; whether tasks waited for I/O was not measured.`);
    const alone = waits.alone !== '' && waits.cause !== 'above';
    const swap = waits.cause === 'above' && memoryWaits(seen).level === 'much';
    if (waits.level === 'much' && (waits.cause === 'slow' || waits.cause === 'above') && !alone && !swap)
      return suspectOf(waits, seen);
    const latency = 'Tracing block I/O latency would decide.';
    if (waits.level !== 'none') {
      const why = swap
        ? 'the tasks waited for memory, not for files (see free)'
        : alone
          ? `only ${waits.alone} is known to have waited, as a sequential reader or writer does`
          : waits.cause === 'slow' ? `${String(waits.device?.device)} took up to ${duration(waits.wait)} a request` : 'the disk is busy, not slow'; // prettier-ignore
      const say = `${busiest}; ${waitedFor('I/O', waits)}: ${why}${blockedOf(waits)}. ${latency}`;
      return noCulprit('undecided', say, { pressure: waits.worst, open: `disk (${why})` });
    }
    const reads = waits.unwaited && (numberOf(waits.device, 'readAwait') ?? 0) > 0.01;
    const lasting = [...waits.blocked.values()].some((samples) => samples >= 3);
    if (reads || lasting || (!waits.measured && rows.length > 0)) {
      const why = reads ? `reads of ${String(waits.device?.device)} took up to ${duration(waits.wait)}` : lasting ? 'a process was in uninterruptible sleep in several samples' : 'waiting was not measured'; // prettier-ignore
      return noCulprit('undecided', `${busiest}; ${why}${blockedOf(waits)}. ${latency}`, {
        pressure: waits.worst,
        open: `disk (${why})`,
      });
    }
    const slow = waits.unwaited ? `; ${String(waits.device?.device)} took up to ${duration(waits.wait)} per write, but no task waited` : ''; // prettier-ignore
    const busy = meansBy(rows, 'device', 'util').some(([, util]) => util >= 0.6) ? ': busy, not slow' : '';
    return noCulprit('cleared', `${busiest}${busy}${slow}; ${nobodyWaited('I/O', waits)}.`);
  },
  figure: { kind: 'line', of: 'await', by: 'device', else: 'util' },
  next: {
    say: 'Which processes read and write?',
    code: "(await host.ask('pidstat', { seconds: 10 })).bar('written', { by: 'process', top: 10 })",
  },
  fix: {
    suspect:
      'Limit or move what the culprit reads and writes (IOWeight=, IOWriteBandwidthMax=), or use a faster device.',
    undecided: "Trace the time of each request: biolatency, or perf record -a -e 'block:block_rq_*' -- sleep 10",
    'not checked': ENABLE_PRESSURE,
  },
});
