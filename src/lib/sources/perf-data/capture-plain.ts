import type { Bytes } from '../../bytes/bytes.ts';
import { internNames } from '../../stacks/intern.ts';
import type { ReadOptions } from '../../stacks/profile.ts';
import { at, hasWasm, ranOut, startKernel, type TextKernel } from '../../bytes/wasm.ts';
import { blocks, newEnd, recordSize, type Block, type End } from './blocks.ts';
import { captured, type Capture } from './captured.ts';
import { internDsos, type Dsos } from './dsos.ts';
import { readEvent } from './events.ts';
import { RECORD } from './format.ts';
import { readHeader } from './header.ts';
import { kernelMaps, type KernelMaps } from './kernel-maps.ts';
import { readMmap } from './mmap.ts';
import { eventsInto } from './profile-plan.ts';
import { cellsOf, countsOf, nameStacks, placesOf } from './plain-arrays.ts';
import { tableOf } from './rows.ts';
import { startSession, type Session } from './session.ts';
import { eventShapes, type Shapes } from './shapes.ts';
import { readComm } from './tasks.ts';
import { takeRare } from './rare.ts';

/** The return codes of src/wasm/profile-walk.ts. */
const ASK = 1;
const ODD = 2;

/** What the lowest two bits of `placed` say: how an address becomes an offset in the mapped file. */
const HOW = { address: 0, start: 1, offset: 2 } as const;
const OWN = 3;

interface Plain {
  readonly kernel: TextKernel;
  readonly session: Session;
  readonly shapes: Shapes;
  readonly dsos: Dsos;
  readonly maps: KernelMaps;
  readonly comms: ReturnType<typeof internNames>;
  readonly lost: { records: number; samples: number };
}

/** A view of the kernel's memory, renewed after the memory has grown. */
const memoryOf = (kernel: () => TextKernel) => {
  let view = new DataView(new ArrayBuffer(0));
  return (): DataView => {
    const { buffer } = kernel().memory;
    if (view.buffer !== buffer) view = new DataView(buffer);
    return view;
  };
};

/** Starts a kernel whose imports handle rare records. */
const startPlain = (bytes: Bytes): Plain | undefined => {
  const header = readHeader(bytes);
  if (!header.little) return undefined;
  const session = startSession(header);
  const dsos = internDsos();
  const maps = kernelMaps();
  const comms = internNames();
  const lost = { records: 0, samples: 0 };
  const memory = memoryOf(() => kernel);
  const kernel = startKernel({
    heard: (record) => {
      const view = memory();
      const type = view.getUint32(record, true);
      if (type !== RECORD.MMAP && type !== RECORD.MMAP2)
        return takeRare(readEvent(session, view, record), { kernel: maps, lost });
      const facts = readMmap(view, record, true);
      if (facts !== undefined) maps.map(facts);
      return facts !== undefined;
    },
    placed: (record) => {
      const facts = readMmap(memory(), record, true);
      if (facts === undefined) throw new TypeError('a mapping without its fields');
      const { dso, from, own } = dsos.place(facts);
      return dso * 4 + (own ? OWN : HOW[from]);
    },
    named: (record) => comms.code(readComm(memory(), record, true)?.name ?? ''),
  });
  kernel.startTexts(BigInt(Math.floor(Math.random() * 2 ** 52)));
  kernel.startProfile();
  const plain = { kernel, session, shapes: eventShapes(session), dsos, maps, comms, lost };
  return eventsInto(kernel, session, plain.shapes) ? plain : undefined;
};

/** Walks the records of a block; false if the kernel cannot read one of them. */
const walkBlock = ({ kernel, session, shapes }: Plain, { view, from, to }: Block): boolean => {
  const room = kernel.profileBlock(to - from) >>> 0;
  new Uint8Array(kernel.memory.buffer, room, to - from).set(
    new Uint8Array(view.buffer, view.byteOffset + from, to - from),
  );
  const end = room + to - from;
  for (let place = room; ;) {
    if (kernel.profileWalk(place, end) !== ASK) break;
    const asked = at(kernel.profilePlace);
    const record = from + asked - room;
    const known = session.events.length;
    session.learn(view, record);
    if (session.events.length > known && !eventsInto(kernel, session, shapes, known)) return false;
    place = asked + recordSize(view, record, true);
  }
  return kernel.profileSealed() !== ODD;
};

const walk = async (
  plain: Plain,
  bytes: Bytes,
  end: End,
  onProgress: ((bytes: number) => void) | undefined,
): Promise<boolean> => {
  for await (const block of blocks(bytes, plain.session.header, end)) {
    const good = walkBlock(plain, block);
    block.release();
    if (!good) return false;
    onProgress?.(end.bytes);
  }
  return plain.kernel.profileEnd() !== ODD;
};

/**
 * Reads a capture with the WASM kernel in half the time. Undefined if the kernel was not built or cannot read the file
 * (big-endian, more than 1024 events, counter values in samples, copied stacks, addresses or times beyond 2^51, more
 * than fits into 4 GB); it is then read record by record.
 */
export const capturePlain = async (
  bytes: Bytes,
  { onProgress }: Pick<ReadOptions, 'onProgress'> = {},
): Promise<Capture | undefined> => {
  if (!hasWasm()) return undefined;
  try {
    const plain = startPlain(bytes);
    if (plain === undefined) return undefined;
    const { kernel, session, shapes, dsos, maps, lost } = plain;
    const end = newEnd();
    if (!(await walk(plain, bytes, end, onProgress))) return undefined;
    const { cells, events, first } = cellsOf(plain);
    const found = {
      session,
      places: placesOf(kernel),
      name: (frameOf: Uint32Array) => nameStacks(kernel, frameOf),
      table: (moved: Uint32Array) => tableOf(cells, cells.t.length, { comms: plain.comms.list, events }, moved),
      lost,
      counts: countsOf(kernel),
      threadName: (tid: number) => plain.comms.list[kernel.threadName(tid) >>> 0],
      samplesOf: session.events.map((_, event) => kernel.profileSamples(event)),
      damaged: at(kernel.damaged),
      overflow: at(kernel.overflowed) !== 0,
      end,
      start: (Number(BigInt.asUintN(64, kernel.profileBase())) + first) / 1e9,
    };
    return captured(found, { shapes, dsos: dsos.list, kernel: maps });
  } catch (error) {
    // The kernel's memory is full; the plain reader can use all of the process's memory.
    if (ranOut(error)) return undefined;
    throw error;
  }
};
