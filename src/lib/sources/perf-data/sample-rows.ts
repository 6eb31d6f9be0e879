import { ROOT } from '../../stacks/profile.ts';
import type { SampleBuilder, SampleRow } from '../../stacks/samples.ts';
import type { Chains } from './chains.ts';
import { CPU_MODE, READ } from './format.ts';
import { readSample } from './sample.ts';
import type { Session } from './session.ts';
import { readSize, type EventShape, type Shapes } from './shapes.ts';
import type { Processes } from './spaces.ts';

/** Turns SAMPLE records into rows. */
export interface SampleReader {
  /** Adds the rows of a record; false when it is too short for what it says. */
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
  readonly samples: SampleBuilder;
}

const IDLE = 'swapper';

/** Where a sample's callchain is and how long it is said to be; -1 frames where it cannot be there. */
const chainPlace = (view: DataView, at: number, end: number, { layout, read }: EventShape, little: boolean) => {
  const skip = read === undefined ? 0 : readSize(view, at + layout.rest, end, read, little);
  const place = at + layout.rest + skip;
  if (skip < 0 || place + 8 > end) return { place, count: -1 };
  const count = view.getUint32(place + (little ? 0 : 4), little);
  const fits = view.getUint32(place + (little ? 4 : 0), little) === 0 && count <= (end - place - 8) / 8;
  return { place: place + 8, count: fits ? count : -1 };
};

/** Reads samples of all events of a file into one set of columns. */
export const sampleReader = ({ session, shapes, chains, procs, samples }: Into): SampleReader => {
  const { little } = session.header;
  const counts: number[] = [];
  const eventCodes: number[] = [];
  const values = new Map<unknown, number>();
  let first = NaN;

  const commOf = (tid: number): number => procs.commOf(tid) ?? samples.comm(tid === 0 ? IDLE : `:${tid}`);

  const stackOf = (view: DataView, at: number, end: number, shape: EventShape, pid: number, tid: number): number => {
    const mode = view.getUint16(at + 4, little) & CPU_MODE.MASK;
    const space = procs.space(pid);
    if (shape.callchain) {
      const { place, count } = chainPlace(view, at, end, shape, little);
      return count < 0 ? -1 : chains.of(view, place, count, mode, tid, space);
    }
    const { ip } = shape.layout;
    if (ip < 0) return ROOT;
    return chains.one(
      view.getUint32(at + ip + (little ? 4 : 0), little),
      view.getUint32(at + ip + (little ? 0 : 4), little),
      mode,
      space,
    );
  };

  const add = (event: number, row: Omit<SampleRow, 'event'>): void => {
    counts[event] = (counts[event] ?? 0) + 1;
    samples.add({ ...row, event: (eventCodes[event] ??= samples.event(session.name(event))) });
  };

  /** A group's leader carries the counts of all members: each gets a row for what was added since its last one. */
  const addMembers = (view: DataView, at: number, end: number, row: Omit<SampleRow, 'event'>, leader: number): void => {
    const attr = session.events[leader]?.attr;
    if (attr === undefined) return;
    for (const { id, value } of readSample(view, at + 8, end, attr, little).read?.values ?? []) {
      const event = id === undefined ? leader : session.of(id);
      const now = Number(value);
      const period = now - (values.get(id) ?? 0);
      values.set(id, now);
      if (event !== undefined && period !== 0) add(event, { ...row, period });
    }
  };

  return {
    counts,
    first: () => (Number.isNaN(first) ? 0 : first),
    read(view, at, time) {
      const end = at + view.getUint16(at + 6, little);
      const event = shapes.event(view, at, end);
      const shape = shapes.shape(event);
      if (shape === undefined || at + shape.layout.rest > end) return false;
      const { layout } = shape;
      const pid = layout.tid < 0 ? -1 : view.getInt32(at + layout.tid, little);
      const tid = layout.tid < 0 ? -1 : view.getInt32(at + layout.tid + 4, little);
      const stack = stackOf(view, at, end, shape, pid, tid);
      if (stack === -1) return false;
      if (Number.isNaN(first) && time === time) first = time;
      const period =
        layout.period < 0
          ? shape.period
          : view.getUint32(at + layout.period + (little ? 4 : 0), little) * 0x1_0000_0000 +
            view.getUint32(at + layout.period + (little ? 0 : 4), little);
      const row = {
        t: time === time ? (time - first) / 1e9 : undefined,
        cpu: layout.cpu < 0 ? undefined : view.getUint32(at + layout.cpu, little),
        pid: layout.tid < 0 ? undefined : pid,
        tid: layout.tid < 0 ? undefined : tid,
        comm: layout.tid < 0 ? undefined : commOf(tid),
        period,
        stack: stack === ROOT ? undefined : stack,
      };
      if (shape.read !== undefined && (shape.read & READ.GROUP) !== 0) addMembers(view, at, end, row, event);
      else add(event, row);
      return true;
    },
  };
};
