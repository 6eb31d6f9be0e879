import type { RecordedWarning } from '../recording/warning.ts';
import type { Wanted } from '../stacks/symbols/collect.ts';
import type { Cost } from '../supervisor/supervise.ts';
import type { Transport } from '../transport/transport.ts';
import { ask, type AskOptions } from './ask.ts';
import { cacheFolder, noCache, openCache, type SymbolCache } from './cache.ts';
import { isFetchable, requestLists, type Item, type Limits } from './request.ts';
import { openShelf } from './shelf.ts';
import { newTally, takeKnown, type Tally } from './take.ts';
import { warningsOf } from './warnings.ts';

export type { Wanted, WantedBinary } from '../stacks/symbols/collect.ts';

export interface FetchOptions extends AskOptions {
  /** Folder of symbols that were fetched before; false: none. Default: that of the user. */
  readonly cache?: string | false | undefined;
  /** Most bytes that the host sends, before compression; default 256 MB. */
  readonly maxBytes?: number | undefined;
  /** Most bytes that the host sends of a file; default 64 MB. */
  readonly maxFileBytes?: number | undefined;
  /** Seconds after which no further file is sent; default 60. */
  readonly seconds?: number | undefined;
}

/** What was fetched. */
export interface Fetched {
  /** Binaries with symbols, and how many of them the host did not have to send. */
  readonly binaries: number;
  readonly cached: number;
  /** Maps of code that was compiled at run time. */
  readonly maps: number;
  readonly kernel: boolean;
  /** Bytes in the folder, and bytes that came over the line. */
  readonly bytes: number;
  readonly transferred: number;
  /** On the host. */
  readonly cost: Cost;
  /** What is missing, by name. */
  readonly warnings: readonly RecordedWarning[];
}

const MOST_BYTES = 256 * 2 ** 20;
const MOST_OF_A_FILE = 64 * 2 ** 20;
const SECONDS = 60;
const MOST_CACHED = 2 ** 30;

const cacheOf = ({ cache }: FetchOptions): SymbolCache =>
  cache === false ? noCache : openCache(cache ?? cacheFolder());

const limitsOf = ({ maxBytes, maxFileBytes, seconds }: FetchOptions): Limits => ({
  total: maxBytes ?? MOST_BYTES,
  each: maxFileBytes ?? MOST_OF_A_FILE,
  seconds: seconds ?? SECONDS,
});

/** Takes from the cache what is there; returns what the host must be asked for. */
const itemsOf = (wanted: Wanted, tally: Tally): Item[] => {
  const { cache } = tally;
  return wanted.binaries.flatMap((binary, index) => {
    if (!isFetchable(binary)) {
      tally.lacks.set(index, 'absent');
      return [];
    }
    const known = cache.known(binary);
    const [mine = ''] = binary.buildId === '' ? [] : known;
    if (mine !== '') takeKnown(mine.replace('+', ''), index, tally);
    return mine.endsWith('+') ? [] : [{ index, binary, known }];
  });
};

const resultOf = (tally: Tally, bytes: number): Fetched => ({
  binaries: tally.elfs.size,
  cached: tally.cached.size,
  maps: tally.maps.size,
  kernel: tally.kernel,
  bytes,
  transferred: tally.transferred,
  cost: tally.cost,
  warnings: warningsOf(tally),
});

/**
 * Fetches from a host what symbolizing a capture of it needs, into a folder for `--symbols`: symbol tables of its
 * binaries (in containers, too) and their debug files, the kernel's symbols, the maps of run-time compilers. Call it right
 * after the capture. What cannot be fetched is a warning, never an error.
 */
export const fetchSymbols = async (
  transport: Transport,
  wanted: Wanted,
  folder: string,
  options: FetchOptions = {},
): Promise<Fetched> => {
  const limits = limitsOf(options);
  const cache = cacheOf(options);
  const shelf = openShelf(folder, cache);
  const tally = newTally({ wanted, shelf, cache, most: limits.total });
  const buildId = wanted.kernelBuildId;
  const lists = requestLists({
    items: itemsOf(wanted, tally),
    pids: wanted.pids,
    kernel: wanted.kernel === false ? undefined : { buildId, known: cache.kernelKeys(buildId) },
  });
  const until = performance.now() + limits.seconds * 1000;
  for (const list of lists) {
    if (tally.cut !== undefined) break;
    const left = {
      ...limits,
      total: Math.max(0, limits.total - tally.sent),
      seconds: Math.max(1, (until - performance.now()) / 1000),
    };
    await ask(transport, { list, limits: left, options }, tally);
  }
  const bytes = shelf.close();
  cache.prune(MOST_CACHED);
  return resultOf(tally, bytes);
};
