import type { Bytes } from '../../bytes/bytes.ts';
import { internNames } from '../../stacks/intern.ts';
import type { ReadOptions } from '../../stacks/profile.ts';
import { u32, hasWasm, ranOut, startWasm, type Wasm } from '../../bytes/wasm.ts';
import { blocks, newEnd, recordSize, type Block, type End } from './blocks.ts';
import { captured, type Capture } from './captured.ts';
import { internDsos, type Dsos } from '../../stacks/addresses/dsos.ts';
import { readEvent } from './events.ts';
import { RECORD } from './format.ts';
import { readHeader } from './header.ts';
import { kernelMaps, type KernelMaps } from './kernel-maps.ts';
import { readMmap } from './mmap.ts';
import { eventsInto } from './profile-plan.ts';
import { cellsOf, countsOf, nameStacks, placesOf } from './wasm-arrays.ts';
import { tableOf } from './rows.ts';
import { startSession, type Session } from './session.ts';
import { eventShapes, type Shapes } from './shapes.ts';
import { readComm } from './tasks.ts';
import { takeRare } from './rare.ts';

/** The return codes of src/wasm/profile-walk.ts. */
const ASK = 1;
const ODD = 2;

/** What the lowest two bits of `mappingOf` say: how an address becomes an offset in the mapped file. */
const HOW = { address: 0, start: 1, offset: 2 } as const;
const OWN = 3;

interface State {
  readonly wasm: Wasm;
  readonly session: Session;
  readonly shapes: Shapes;
  readonly dsos: Dsos;
  readonly maps: KernelMaps;
  readonly comms: ReturnType<typeof internNames>;
  readonly lost: { records: number; samples: number };
}

/** A view of the memory of WASM, renewed after the memory has grown. */
const memoryOf = (wasm: () => Wasm) => {
  let view = new DataView(new ArrayBuffer(0));
  return (): DataView => {
    const { buffer } = wasm().memory;
    if (view.buffer !== buffer) view = new DataView(buffer);
    return view;
  };
};

/** Starts a WASM instance whose imports handle rare records. */
const startWalk = (bytes: Bytes): State | undefined => {
  const header = readHeader(bytes);
  if (!header.little) return undefined;
  const session = startSession(header);
  const dsos = internDsos();
  const maps = kernelMaps();
  const comms = internNames();
  const lost = { records: 0, samples: 0 };
  const memory = memoryOf(() => wasm);
  const wasm = startWasm({
    takeRecord: (record) => {
      const view = memory();
      const type = view.getUint32(record, true);
      if (type !== RECORD.MMAP && type !== RECORD.MMAP2)
        return takeRare(readEvent(session, view, record), { kernel: maps, lost });
      const facts = readMmap(view, record, true);
      if (facts !== undefined) maps.map(facts);
      return facts !== undefined;
    },
    mappingOf: (record) => {
      const facts = readMmap(memory(), record, true);
      if (facts === undefined) throw new TypeError('a mapping without its fields');
      const { dso, from, own } = dsos.place(facts);
      return dso * 4 + (own ? OWN : HOW[from]);
    },
    commOf: (record) => comms.code(readComm(memory(), record, true)?.name ?? ''),
  });
  wasm.startTexts(BigInt(Math.floor(Math.random() * 2 ** 52)));
  wasm.startProfile();
  const state = { wasm, session, shapes: eventShapes(session), dsos, maps, comms, lost };
  return eventsInto(wasm, session, state.shapes) ? state : undefined;
};

/** Walks the records of a block; false if WASM cannot read one of them. */
const walkBlock = ({ wasm, session, shapes }: State, { view, from, to }: Block): boolean => {
  const room = wasm.profileBlock(to - from) >>> 0;
  new Uint8Array(wasm.memory.buffer, room, to - from).set(
    new Uint8Array(view.buffer, view.byteOffset + from, to - from),
  );
  const end = room + to - from;
  for (let place = room; ;) {
    if (wasm.profileWalk(place, end) !== ASK) break;
    const asked = u32(wasm.profilePlace);
    const record = from + asked - room;
    const known = session.events.length;
    session.learn(view, record);
    if (session.events.length > known && !eventsInto(wasm, session, shapes, known)) return false;
    place = asked + recordSize(view, record, true);
  }
  return wasm.profileSealed() !== ODD;
};

const walk = async (
  state: State,
  bytes: Bytes,
  end: End,
  onProgress: ((bytes: number) => void) | undefined,
): Promise<boolean> => {
  for await (const block of blocks(bytes, state.session.header, end)) {
    const good = walkBlock(state, block);
    block.release();
    if (!good) return false;
    onProgress?.(end.bytes);
  }
  return state.wasm.profileEnd() !== ODD;
};

/**
 * Reads a capture with WASM in half the time. Undefined if WASM was not built or cannot read the file
 * (big-endian, more than 1024 events, counter values in samples, copied stacks, addresses or times beyond 2^51, more
 * than fits into 4 GB); it is then read record by record.
 */
export const captureWasm = async (
  bytes: Bytes,
  { onProgress }: Pick<ReadOptions, 'onProgress'> = {},
): Promise<Capture | undefined> => {
  if (!hasWasm()) return undefined;
  try {
    const state = startWalk(bytes);
    if (state === undefined) return undefined;
    const { wasm, session, shapes, dsos, maps, lost } = state;
    const end = newEnd();
    if (!(await walk(state, bytes, end, onProgress))) return undefined;
    const { cells, events, first } = cellsOf(state);
    const found = {
      session,
      places: placesOf(wasm),
      name: (frameOf: Uint32Array) => nameStacks(wasm, frameOf),
      table: (moved: Uint32Array) => tableOf(cells, cells.t.length, { comms: state.comms.list, events }, moved),
      lost,
      counts: countsOf(wasm),
      threadName: (tid: number) => state.comms.list[wasm.threadName(tid) >>> 0],
      samplesOf: session.events.map((_, event) => wasm.profileSamples(event)),
      damaged: u32(wasm.damaged),
      overflow: u32(wasm.overflowed) !== 0,
      end,
      start: (Number(BigInt.asUintN(64, wasm.profileBase())) + first) / 1e9,
    };
    return captured(found, { shapes, dsos: dsos.list, kernel: maps });
  } catch (error) {
    // The memory of WASM is full; the reader in TypeScript can use all of the process's memory.
    if (ranOut(error)) return undefined;
    throw error;
  }
};
