import { bytesOf } from '../bytes/bytes.ts';
import type { Wanted, WantedBinary } from '../stacks/symbols/collect.ts';
import { buildIdOfNotes } from '../stacks/symbols/elf.ts';
import { isBuildId, isSameId } from '../stacks/symbols/source.ts';
import type { Cost } from '../supervisor/supervise.ts';
import type { SymbolCache } from './cache.ts';
import type { Frame } from './frames.ts';
import type { Shelf } from './shelf.ts';
import { slimOf, sparseBytes, type Slim } from './sparse.ts';

/** What has been fetched so far, and why something was not. */
export interface Tally {
  readonly wanted: Wanted;
  readonly shelf: Shelf;
  readonly cache: SymbolCache;
  /** Bytes that the host may send. */
  readonly most: number;
  /** Indexes of binaries that have symbols, and of those that came from the cache. */
  readonly elfs: Set<number>;
  readonly cached: Set<number>;
  readonly maps: Set<number>;
  /** Reasons by index of a binary, and by process. */
  readonly lacks: Map<number, string>;
  readonly lacksMap: Map<number, string>;
  kernel: boolean;
  kernelLacks: string | undefined;
  modules: Uint8Array | undefined;
  sent: number;
  transferred: number;
  cost: Cost;
  /** Why the host was not asked to the end. */
  cut: string | undefined;
}

const SLACK = 2 ** 22;

export const newTally = (about: Pick<Tally, 'wanted' | 'shelf' | 'cache' | 'most'>): Tally => ({
  ...about,
  most: about.most + SLACK,
  elfs: new Set(),
  cached: new Set(),
  maps: new Set(),
  lacks: new Map(),
  lacksMap: new Map(),
  kernel: false,
  kernelLacks: undefined,
  modules: undefined,
  sent: 0,
  transferred: 0,
  cost: { cpu: 0, memory: 0 },
  cut: undefined,
});

/** Whether a file is the recorded one; of a capture without build-ids it is the one that is there now. */
const isRight = ({ buildId }: WantedBinary, slim: Slim): boolean => buildId === '' || isSameId(buildId, slim.buildId);

const takeElf = ({ kind, body }: Frame, index: number, tally: Tally): void => {
  const binary = tally.wanted.binaries[index];
  if (binary === undefined) return;
  const slim = slimOf(kind === 'w' ? bytesOf(body) : sparseBytes(body), body.length);
  if (slim === undefined) tally.lacks.set(index, 'not-elf');
  else if (!isRight(binary, slim)) tally.lacks.set(index, 'changed');
  else {
    tally.shelf.put(binary, 'elf', slim);
    tally.elfs.add(index);
  }
};

/** The debug file of a binary whose build-id the host has said. */
const takeDebug = ({ kind, fields, body }: Frame, index: number, tally: Tally): void => {
  const binary = tally.wanted.binaries[index];
  if (binary === undefined || !tally.elfs.has(index)) return;
  const slim = slimOf(kind === 'W' ? bytesOf(body) : sparseBytes(body), body.length);
  if (slim === undefined || !isBuildId(slim.buildId)) return;
  if (isRight(binary, slim) && (binary.buildId !== '' || kind === 'W' || fields[0] === slim.buildId))
    tally.shelf.put(binary, 'debug', slim);
};

/** Takes a binary that need not be sent, because this machine has it. */
export const takeKnown = (id: string, index: number, tally: Tally): void => {
  const binary = tally.wanted.binaries[index];
  if (binary === undefined || (binary.buildId !== '' && !isSameId(binary.buildId, id))) return;
  if (tally.elfs.has(index)) return;
  const from = tally.shelf.known(binary, id);
  if (from !== undefined) tally.elfs.add(index);
  if (from === 'cached') tally.cached.add(index);
};

/** The lines of a map of a run-time compiler: address, length, name. */
const MAP_LINE = /^(?:0x)?[0-9a-f]+ (?:0x)?[0-9a-f]+ ./i;

const takeMap = (body: Uint8Array, pid: number, tally: Tally): void => {
  if (!tally.wanted.pids.includes(pid)) return;
  if (MAP_LINE.test(Buffer.from(body.subarray(0, 64)).toString('latin1'))) {
    tally.shelf.perfMap(pid, body);
    tally.maps.add(pid);
  } else tally.lacksMap.set(pid, 'not-a-map');
};

const takeKernel = (symbols: Uint8Array, key: string | undefined, tally: Tally): void => {
  const { kernelBuildId: id } = tally.wanted;
  if (tally.kernelLacks !== undefined) return;
  tally.shelf.kernel(id, { symbols, modules: tally.modules });
  tally.kernel = true;
  if (key !== undefined) tally.cache.putKernel(id, key, symbols);
};

/** A kernel from the cache, whose key the host has said. */
const takeKnownKernel = (key: string, tally: Tally): void => {
  const symbols = tally.cache.kernel(tally.wanted.kernelBuildId, key);
  if (symbols !== undefined) takeKernel(symbols, undefined, tally);
};

const takeNotes = (notes: Uint8Array, tally: Tally): void => {
  const { kernelBuildId: id } = tally.wanted;
  const little = notes[0] !== 0;
  const own = buildIdOfNotes(notes, little);
  if (id !== '' && own !== '' && !isSameId(id, own)) tally.kernelLacks = 'changed';
};

const takeLack = (index: string, why: string, tally: Tally): void => {
  const number = Number(index);
  if (index === 'k') tally.kernelLacks = why;
  else if (index.startsWith('m')) tally.lacksMap.set(Number(index.slice(1)), why);
  else if (tally.wanted.binaries[number] !== undefined && !tally.elfs.has(number)) tally.lacks.set(number, why);
};

/** Takes one answer of the host. What the host says about names that were not asked for is ignored. */
export const take = (frame: Frame, tally: Tally): void => {
  const { kind, index, fields, body } = frame;
  const [first = ''] = fields;
  if (kind === 'e' || kind === 'w') takeElf(frame, Number(index), tally);
  else if (kind === 'd' || kind === 'W') takeDebug(frame, Number(index), tally);
  else if (kind === 'm') takeMap(body, Number(index.slice(1)), tally);
  else if (kind === 'o') tally.modules = body;
  else if (kind === 'n') takeNotes(body, tally);
  else if (kind === 'k') takeKernel(body, fields[0], tally);
  else if (kind === 's' && index === 'k') takeKnownKernel(first, tally);
  else if (kind === 's') takeKnown(first, Number(index), tally);
  else if (kind === 'x') takeLack(index, first, tally);
};
