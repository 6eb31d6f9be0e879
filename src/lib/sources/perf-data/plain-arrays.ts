import { internNames, type Names } from '../../stacks/intern.ts';
import { at, ranOut, type TextKernel } from '../../bytes/wasm.ts';
import { nameNodes, type NamedStacks, type Places } from './address-stacks.ts';
import { NO_TIME, type SampleCells } from './rows.ts';
import type { Session } from './session.ts';
import { untoldName } from './tasks.ts';

type Numbers = Uint8Array | Uint32Array | Int32Array | Float64Array;
type Kind<Array extends Numbers> = new (buffer: ArrayBuffer, from: number, length: number) => Array;

/** A copy of an array in the kernel's memory, which is far larger than what is kept. */
const taken = <Array extends Numbers>(kernel: TextKernel, kind: Kind<Array>, from: number, length: number): Array =>
  new kind(kernel.memory.buffer, from >>> 0, length).slice() as Array;

/** A kernel whose walk has ended, and the names by code. */
interface Walked {
  readonly kernel: TextKernel;
  readonly session: Session;
  readonly comms: Names;
}

/** The columns of all samples, the names of events by code, and the time of the first sample. */
export const cellsOf = ({
  kernel,
  session,
  comms,
}: Walked): { cells: SampleCells; events: readonly string[]; first: number } => {
  const size = at(kernel.rows);
  const column = <Array extends Numbers>(kind: Kind<Array>, index: number): Array =>
    taken(kernel, kind, kernel.rowColumn(index), size);
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
export const placesOf = (kernel: TextKernel): Places => {
  const size = at(kernel.placeCount);
  return {
    size,
    dso: taken(kernel, Uint32Array, at(kernel.placeDsos), size),
    words: taken(kernel, Uint32Array, at(kernel.placeAddresses), size * 2),
  };
};

const namedIn = (kernel: TextKernel, frameOf: Uint32Array): NamedStacks => {
  const room = kernel.traceSpace(frameOf.byteLength) >>> 0;
  new Uint32Array(kernel.memory.buffer, room, frameOf.length).set(frameOf);
  const size = kernel.nameNodes(room) >>> 0;
  const words = (from: number, length: number): Uint32Array => taken(kernel, Uint32Array, from, length);
  return {
    stacks: {
      size,
      parent: words(kernel.namedParents(), size),
      frame: words(kernel.namedFrames(), size),
      depth: words(at(kernel.namedDepths), size),
    },
    moved: words(at(kernel.moved), kernel.nodeCount()),
  };
};

/** Merges stacks with equal names; outside the kernel if its memory is full. */
export const nameStacks = (kernel: TextKernel, frameOf: Uint32Array): NamedStacks => {
  try {
    return namedIn(kernel, frameOf);
  } catch (error) {
    if (!ranOut(error)) throw error;
    const words = (from: number): Uint32Array => taken(kernel, Uint32Array, from, kernel.nodeCount());
    return nameNodes(words(kernel.nodeParents()), words(kernel.nodePlaces()), frameOf);
  }
};

/** Records of each type. */
export const countsOf = (kernel: TextKernel): ReadonlyMap<number, number> =>
  new Map([...taken(kernel, Uint32Array, at(kernel.recordCounts), 256).entries()].filter(([, count]) => count > 0));
