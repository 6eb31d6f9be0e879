import type { Bytes } from '../../bytes/bytes.ts';
import { collectSymbols, type Collected } from '../../stacks/symbols/collect.ts';
import { hostSymbols } from '../../stacks/symbols/host.ts';
import { wantedBy } from '../../stacks/addresses/wanted.ts';
import { capture } from './capture.ts';
import { claimOf } from './proof.ts';

/** Collects the symbols for a perf.data file on the machine where it was recorded. */
export const collectFor = async (bytes: Bytes, folder: string): Promise<Collected> => {
  const taken = await capture(bytes);
  const { features } = taken.header;
  const claim = claimOf({ features, kernelBuildId: taken.kernel.buildId, bytes });
  return collectSymbols(hostSymbols(claim), wantedBy(taken.places, taken.dsos, taken.kernel.buildId), folder);
};
