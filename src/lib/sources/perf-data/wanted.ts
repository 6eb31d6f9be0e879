import type { Bytes } from '../../bytes/bytes.ts';
import { collectSymbols, type Collected, type Wanted } from '../../stacks/symbols/collect.ts';
import { hostSymbols } from '../../stacks/symbols/host.ts';
import { capture } from './capture.ts';
import type { Capture } from './captured.ts';
import { FIRST_FILE } from './dsos.ts';
import { claimOf } from './proof.ts';

/** The binaries, perf maps and kernel that appear in a capture's stacks. */
const wantedBy = ({ places, dsos, kernel }: Capture): Wanted => {
  const hit = new Set(places.dso.subarray(0, places.size));
  const used = dsos.filter((_, dso) => dso >= FIRST_FILE && hit.has(dso));
  return {
    binaries: used.filter(
      ({ jitPid, name }) => jitPid === undefined && (name.startsWith('/') || name.startsWith('[vdso')),
    ),
    pids: used.flatMap(({ jitPid }) => (jitPid === undefined ? [] : [jitPid])),
    kernelBuildId: kernel.buildId,
  };
};

/** Collects the symbols for a perf.data file on the machine where it was recorded. */
export const collectFor = async (bytes: Bytes, folder: string): Promise<Collected> => {
  const taken = await capture(bytes);
  const { features } = taken.header;
  const claim = claimOf({ features, kernelBuildId: taken.kernel.buildId, bytes });
  return collectSymbols(hostSymbols(claim), wantedBy(taken), folder);
};
