import type { Wanted } from '../symbols/collect.ts';
import type { Places } from './address-stacks.ts';
import { FIRST_FILE, type Dso } from './dsos.ts';

/** The binaries, perf maps and kernel that appear in the stacks of a capture. */
export const wantedBy = (places: Pick<Places, 'dso' | 'size'>, dsos: readonly Dso[], kernelBuildId: string): Wanted => {
  const hit = new Set(places.dso.subarray(0, places.size));
  const used = dsos.filter((_, dso) => dso >= FIRST_FILE && hit.has(dso));
  return {
    binaries: used.filter(
      ({ jitPid, name }) => jitPid === undefined && (name.startsWith('/') || name.startsWith('[vdso')),
    ),
    pids: used.flatMap(({ jitPid }) => (jitPid === undefined ? [] : [jitPid])),
    kernelBuildId,
  };
};
