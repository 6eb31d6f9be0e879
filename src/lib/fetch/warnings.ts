import type { RecordedWarning } from '../recording/warning.ts';
import { printable } from '../printable.ts';
import type { Tally } from './take.ts';

const MOST = 50;
const SINGLE = 3;

const binaryWarning = (name: string, why: string): RecordedWarning => {
  const binary = printable(name, 1000);
  if (why === 'changed') return { code: 'symbols-changed', binary };
  if (why === 'ended') return { code: 'symbols-process-ended', binary };
  return { code: 'symbols-absent', binary, why };
};

const kernelWarning = (why: string): RecordedWarning =>
  why === 'hidden' ? { code: 'kernel-symbols-hidden' } : { code: 'kernel-symbols-absent', why };

/** Many processes with one reason are one warning: short-lived ones would hide all others. */
const mapWarnings = ([why, pids]: readonly [string, readonly number[]]): RecordedWarning[] =>
  pids.length > SINGLE
    ? [{ code: 'maps-absent', processes: pids.length, first: pids.slice(0, SINGLE).join(', '), why }]
    : pids.map((pid) => ({ code: 'map-absent', pid, why }));

/** What is missing in what was fetched, by name: the first ones, and how many more. */
export const warningsOf = (
  tally: Pick<Tally, 'wanted' | 'elfs' | 'maps' | 'lacks' | 'lacksMap' | 'cut' | 'kernel' | 'kernelLacks'>,
): RecordedWarning[] => {
  const { wanted, elfs, maps, lacks, lacksMap, cut, kernel } = tally;
  const late = cut === undefined ? 'absent' : undefined;
  const binaries = wanted.binaries.flatMap(({ name }, index) => {
    const why = elfs.has(index) ? undefined : (lacks.get(index) ?? late);
    return why === undefined ? [] : [binaryWarning(name, why)];
  });
  const withoutMap = wanted.pids.filter((pid) => !maps.has(pid) && (lacksMap.has(pid) || late !== undefined));
  const processes = [...Map.groupBy(withoutMap, (pid) => lacksMap.get(pid) ?? late ?? '')].flatMap(mapWarnings);
  const asked = wanted.kernel !== false;
  const why = asked && !kernel ? (tally.kernelLacks ?? late) : undefined;
  const all = [...(why === undefined ? [] : [kernelWarning(why)]), ...binaries, ...processes];
  const left =
    wanted.binaries.length + wanted.pids.length - elfs.size - maps.size - binaries.length - withoutMap.length;
  return [
    ...(cut === undefined ? [] : [{ code: 'symbols-cut', why: printable(cut, 1000), left } as const]),
    ...all.slice(0, MOST),
    ...(all.length > MOST ? [{ code: 'symbols-more', more: all.length - MOST } as const] : []),
  ];
};
