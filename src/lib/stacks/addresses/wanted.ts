import type { Wanted } from '../symbols/collect.ts';
import type { Places } from './address-stacks.ts';
import { FIRST_FILE, KERNEL_DSO, type Dso } from './dsos.ts';

/** The processes that mapped a file: by its name, and by its build-id as its mapping records give it. */
export type Mappers = (file: { readonly name: string; readonly buildId: string }) => readonly number[];

/** How many places in stacks each dso has. */
const countsOf = ({ dso, size }: Pick<Places, 'dso' | 'size'>): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const each of dso.subarray(0, size)) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
};

/** The binaries, perf maps and kernel that appear in the stacks of a capture, those with the most places first. */
export const wantedBy = (
  places: Pick<Places, 'dso' | 'size'>,
  dsos: readonly Dso[],
  kernelBuildId: string,
  mappers: Mappers = () => [],
): Wanted => {
  const counts = countsOf(places);
  const used = dsos
    .map((dso, at) => ({ dso, at, count: counts.get(at) ?? 0 }))
    .filter(({ at, count }) => at >= FIRST_FILE && count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ dso }) => dso);
  return {
    binaries: used
      .filter(({ jitPid, name }) => jitPid === undefined && (name.startsWith('/') || name.startsWith('[vdso')))
      .map((dso) => ({ ...dso, pids: mappers(dso) })),
    pids: used.flatMap(({ jitPid }) => (jitPid === undefined ? [] : [jitPid])),
    kernelBuildId,
    kernel: counts.has(KERNEL_DSO),
  };
};
