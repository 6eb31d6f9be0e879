import { bytesOfFile, type Bytes } from '../../bytes/bytes.ts';
import { wantedBy } from '../../stacks/addresses/wanted.ts';
import { collectSymbols, type Collected, type Wanted } from '../../stacks/symbols/collect.ts';
import { hostSymbols } from '../../stacks/symbols/host.ts';
import { capture } from './capture.ts';
import { mappersIn } from './mappers.ts';
import { claimOf } from './proof.ts';

/** What symbolizing a perf.data file needs, with the processes that mapped each binary; of a file or a saved pipe. */
export const wantedOf = async (path: string): Promise<Wanted> => {
  const bytes = bytesOfFile(path);
  try {
    const { places, dsos, kernel } = await capture(bytes);
    return wantedBy(places, dsos, kernel.buildId, await mappersIn(bytes));
  } finally {
    bytes.close();
  }
};

/** Collects the symbols for a perf.data file on the machine where it was recorded. */
export const collectFor = async (bytes: Bytes, folder: string): Promise<Collected> => {
  const taken = await capture(bytes);
  const { features } = taken.header;
  const claim = claimOf({ features, kernelBuildId: taken.kernel.buildId, bytes });
  return collectSymbols(hostSymbols(claim), wantedBy(taken.places, taken.dsos, taken.kernel.buildId), folder);
};
