import { internNames, type NameCodes } from '../../stacks/intern.ts';
import { u32, ranOut, type Wasm } from '../../bytes/wasm.ts';
import { nameNodes, type NamedStacks, type Places } from '../../stacks/addresses/address-stacks.ts';
import { NO_TIME, type SampleCells } from './rows.ts';
import type { Session } from './session.ts';
import { untoldName } from './tasks.ts';

type Numbers = Uint8Array | Uint32Array | Int32Array | Float64Array;
type Kind<Array extends Numbers> = new (buffer: ArrayBuffer, from: number, length: number) => Array;

/** A copy of an array in the memory of WASM, which is far larger than what is kept. */
const taken = <Array extends Numbers>(wasm: Wasm, kind: Kind<Array>, from: number, length: number): Array =>
  new kind(wasm.memory.buffer, from >>> 0, length).slice() as Array;

/** A WASM instance whose walk has ended, and the names by code. */
interface Walked {
  readonly wasm: Wasm;
  readonly session: Session;
  readonly comms: NameCodes;
}

/** The columns of all samples, the names of events by code, and the time of the first sample. */
export const cellsOf = ({
  wasm,
  session,
  comms,
}: Walked): { cells: SampleCells; events: readonly string[]; first: number } => {
  const size = u32(wasm.rows);
  const column = <Array extends Numbers>(kind: Kind<Array>, index: number): Array =>
    taken(wasm, kind, wasm.rowColumn(index), size);
  const [t, cpu, pid, tid] = [
    column(Float64Array, 0),
    column(Uint32Array, 1),
    column(Int32Array, 2),
    column(Int32Array, 3),
  ];
  const [comm, event] = [column(Uint32Array, 4), column(Uint32Array, 5)];
  const [period, stack, lacks] = [column(Float64Array, 6), column(Uint32Array, 7), column(Uint8Array, 8)];
  const names = internNames();
  const codes: number[] = [];
  let first = NaN;
  for (let row = 0; row < size; row++) {
    if (((lacks[row] as number) & NO_TIME) === 0) {
      if (Number.isNaN(first)) first = t[row] as number;
      t[row] = ((t[row] as number) - first) / 1e9;
    }
    if (comm[row] === UNTOLD) comm[row] = comms.code(untoldName(tid[row] as number));
    const of = event[row] as number;
    event[row] = codes[of] ??= names.code(session.name(of));
  }
  const cells = { t, cpu, pid, tid, comm, event, period, stack, lacks };
  return { cells, events: names.list, first: Number.isNaN(first) ? 0 : first };
};

/** The name of a thread that no record named. */
const UNTOLD = 0xffff_ffff;

/** The addresses in samples' stacks. */
export const placesOf = (wasm: Wasm): Places => {
  const size = u32(wasm.placeCount);
  return {
    size,
    dso: taken(wasm, Uint32Array, u32(wasm.placeDsos), size),
    words: taken(wasm, Uint32Array, u32(wasm.placeAddresses), size * 2),
  };
};

const namedIn = (wasm: Wasm, frameOf: Uint32Array): NamedStacks => {
  const room = wasm.traceSpace(frameOf.byteLength) >>> 0;
  new Uint32Array(wasm.memory.buffer, room, frameOf.length).set(frameOf);
  const size = wasm.nameNodes(room) >>> 0;
  const words = (from: number, length: number): Uint32Array => taken(wasm, Uint32Array, from, length);
  return {
    stacks: {
      size,
      parent: words(wasm.namedParents(), size),
      frame: words(wasm.namedFrames(), size),
      depth: words(u32(wasm.namedDepths), size),
    },
    moved: words(u32(wasm.moved), wasm.nodeCount()),
  };
};

/** Merges stacks with equal names; outside WASM if its memory is full. */
export const nameStacks = (wasm: Wasm, frameOf: Uint32Array): NamedStacks => {
  try {
    return namedIn(wasm, frameOf);
  } catch (error) {
    if (!ranOut(error)) throw error;
    const words = (from: number): Uint32Array => taken(wasm, Uint32Array, from, wasm.nodeCount());
    return nameNodes(words(wasm.nodeParents()), words(wasm.nodePlaces()), frameOf);
  }
};

/** Records of each type. */
export const countsOf = (wasm: Wasm): ReadonlyMap<number, number> =>
  new Map([...taken(wasm, Uint32Array, u32(wasm.recordCounts), 256).entries()].filter(([, count]) => count > 0));
