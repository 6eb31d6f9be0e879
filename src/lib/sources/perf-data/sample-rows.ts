import { ROOT } from '../../stacks/profile.ts';
import type { Chains } from './chains.ts';
import { CPU_MODE, READ } from './format.ts';
import { NO_CPU, NO_THREAD, NO_TIME, type Rows } from './rows.ts';
import { readSample } from './sample.ts';
import type { Session } from './session.ts';
import { readSize, type EventShape, type Shapes } from './shapes.ts';
import type { Processes } from './spaces.ts';
import { untoldName } from './tasks.ts';

/** Turns SAMPLE records into rows. */
export interface SampleReader {
  /** Adds the rows of a record; false if it is too short for its fields. */
  read(view: DataView, at: number, time: number): boolean;
  /** Rows of each event. */
  readonly counts: readonly number[];
  /** The time of the first row in ns since the clock's base. */
  first(): number;
}

interface Into {
  readonly session: Session;
  readonly shapes: Shapes;
  readonly chains: Chains;
  readonly procs: Processes;
  readonly rows: Rows;
}

/** Returned instead of a stack for an unreadable record. */
const CUT = -1;

const number64 = (view: DataView, at: number, little: boolean): number =>
  view.getUint32(at + (little ? 4 : 0), little) * 0x1_0000_0000 + view.getUint32(at + (little ? 0 : 4), little);

/** The register number of the instruction pointer: arch/ARCH/include/uapi/asm/perf_regs.h. */
const instructionPointer: Readonly<Record<string, number>> = {
  x86_64: 8,
  i686: 8,
  aarch64: 32,
  armv7l: 15,
  ppc64le: 32,
  riscv64: 0,
};

/** The innermost user frame of a sample with a copied user stack: [high, low]; undefined if there is none. */
const userFrame = (
  session: Session,
  view: DataView,
  at: number,
  end: number,
  event: number,
): readonly [number, number] | undefined => {
  const attr = session.events[event]?.attr;
  const bit = instructionPointer[session.header.features.arch ?? 'x86_64'];
  if (attr === undefined || bit === undefined || Math.floor(attr.regsUserMask / 2 ** bit) % 2 === 0) return undefined;
  let place = 0;
  for (let before = 0; before < bit; before++) place += Math.floor(attr.regsUserMask / 2 ** before) % 2;
  try {
    const value = readSample(view, at + 8, end, attr, session.header.little).regsUser?.values[place];
    if (value === undefined || value === 0) return undefined;
    const address = BigInt(value);
    return [Number(address >> 32n), Number(address & 0xffff_ffffn)];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/**
 * The stack of a sample, from its callchain or its instruction pointer; CUT if the record is too short for its
 * callchain.
 */
const stacks = ({ session, chains, procs }: Into) => {
  const { little } = session.header;
  const ofChain = (
    view: DataView,
    at: number,
    end: number,
    { layout, read, copied }: EventShape,
    pid: number,
    event: number,
  ): number => {
    const skip = read === undefined ? 0 : readSize(view, at + layout.rest, end, read, little);
    const place = at + layout.rest + skip;
    if (skip < 0 || place + 8 > end) return CUT;
    const count = number64(view, place, little);
    if (count > (end - place - 8) / 8) return CUT;
    const mode = view.getUint16(at + 4, little) & CPU_MODE.MASK;
    const space = procs.space(pid);
    const user = copied ? userFrame(session, view, at, end, event) : undefined;
    const base = user === undefined ? ROOT : chains.one(user[0], user[1], CPU_MODE.USER, space);
    return chains.of(view, place + 8, count, mode, space, base);
  };
  return (view: DataView, at: number, end: number, shape: EventShape, pid: number, event: number): number => {
    if (shape.callchain) return ofChain(view, at, end, shape, pid, event);
    const { ip } = shape.layout;
    if (ip < 0) return ROOT;
    const high = view.getUint32(at + ip + (little ? 4 : 0), little);
    const low = view.getUint32(at + ip + (little ? 0 : 4), little);
    return chains.one(high, low, view.getUint16(at + 4, little) & CPU_MODE.MASK, procs.space(pid));
  };
};

/**
 * A group leader's sample has the counts of all members: each member gets a row with the increase since its last one.
 */
const members = ({ session }: Into) => {
  const before = new Map<unknown, number>();
  return (
    view: DataView,
    at: number,
    end: number,
    leader: number,
    add: (event: number, period: number) => void,
  ): boolean => {
    const attr = session.events[leader]?.attr;
    if (attr === undefined) return false;
    try {
      for (const { id, value } of readSample(view, at + 8, end, attr, session.header.little).read?.values ?? []) {
        const event = id === undefined ? leader : session.of(id);
        const now = Number(value);
        const period = now - (before.get(id) ?? 0);
        before.set(id, now);
        if (event !== undefined && period !== 0) add(event, period);
      }
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
};

/** Reads samples of all events of a file into one set of columns. */
export const sampleReader = (into: Into): SampleReader => {
  const { session, shapes, procs, rows } = into;
  const { little } = session.header;
  const counts: number[] = [];
  const eventCodes: number[] = [];
  const stackOf = stacks(into);
  const addMembers = members(into);
  let first = NaN;
  const commOf = (tid: number): number => procs.commOf(tid) ?? rows.comm(untoldName(tid));
  const count = (event: number): number => {
    counts[event] = (counts[event] ?? 0) + 1;
    return (eventCodes[event] ??= rows.event(String(event)));
  };
  return {
    counts,
    first: () => (Number.isNaN(first) ? 0 : first),
    read(view, at, time) {
      const end = at + view.getUint16(at + 6, little);
      const event = shapes.event(view, at, end);
      const shape = shapes.shape(event);
      if (shape === undefined || at + shape.layout.rest > end) return false;
      const { layout, read } = shape;
      const pid = layout.tid < 0 ? -1 : view.getInt32(at + layout.tid, little);
      const tid = layout.tid < 0 ? -1 : view.getInt32(at + layout.tid + 4, little);
      const stack = stackOf(view, at, end, shape, pid, event);
      if (stack === CUT) return false;
      const timed = time === time;
      if (timed && Number.isNaN(first)) first = time;
      const t = timed ? (time - first) / 1e9 : 0;
      const cpu = layout.cpu < 0 ? 0 : view.getUint32(at + layout.cpu, little);
      const comm = layout.tid < 0 ? 0 : commOf(tid);
      const lacks = (timed ? 0 : NO_TIME) | (layout.cpu < 0 ? NO_CPU : 0) | (layout.tid < 0 ? NO_THREAD : 0);
      if (read !== undefined && (read & READ.GROUP) !== 0)
        return addMembers(view, at, end, event, (of, each) => {
          rows.add(t, cpu, pid, tid, comm, count(of), each, stack, lacks);
        });
      const period = layout.period < 0 ? shape.period : number64(view, at + layout.period, little);
      rows.add(t, cpu, pid, tid, comm, count(event), period, stack, lacks);
      return true;
    },
  };
};
