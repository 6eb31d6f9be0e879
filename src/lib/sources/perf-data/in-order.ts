import type { Bytes } from '../../bytes/bytes.ts';
import { blocks, recordSize, type End } from './blocks.ts';
import { RECORD } from './format.ts';
import { timeOrder, type Deliver } from './order.ts';
import type { Session } from './session.ts';
import type { Shapes } from './shapes.ts';

/**
 * Times are counted from the first record that has one, because ns since boot may exceed what a double holds exactly.
 */
export const clockOf = (little: boolean): Clock => {
  let base: { readonly high: number; readonly low: number } | undefined;
  return {
    /** Time in ns since the first time; NaN for 0 and -1, which mean no time. */
    at(view: DataView, at: number): number {
      const high = view.getUint32(at + (little ? 4 : 0), little);
      const low = view.getUint32(at + (little ? 0 : 4), little);
      if ((high === 0 && low === 0) || (high === 0xffff_ffff && low === 0xffff_ffff)) return NaN;
      base ??= { high, low };
      return (high - base.high) * 0x1_0000_0000 + (low - base.low);
    },
    base: (): number => (base === undefined ? 0 : base.high * 0x1_0000_0000 + base.low),
  };
};

/** A file's clock. */
export interface Clock {
  /** Time in ns since the first time; NaN for 0 and -1, which mean no time. */
  at(view: DataView, at: number): number;
  /** The first time, in ns. */
  base(): number;
}

/** The time of a record in ns since the first; NaN if it has none. */
export const timeReader =
  (shapes: Shapes, times: Clock, little: boolean) =>
  (view: DataView, at: number, type: number): number => {
    const end = at + view.getUint16(at + 6, little);
    const shape = shapes.shape(shapes.event(view, at, end));
    if (shape === undefined) return NaN;
    const sample = type === RECORD.SAMPLE;
    if ((sample ? shape.layout.time : shape.timeFromEnd) < 0) return NaN;
    const place = sample ? at + shape.layout.time : end - shape.timeFromEnd;
    return place >= at + 8 && place + 8 <= end ? times.at(view, place) : NaN;
  };

/** If some records have no times, the file's order is kept, as in perf. */
const ordered = ({ events }: Session): boolean => events[0]?.attr.flags.has('sample_id_all') ?? false;

interface Walk {
  readonly bytes: Bytes;
  readonly session: Session;
  readonly end: End;
  readonly timeAt: ReturnType<typeof timeReader>;
  readonly deliver: Deliver;
  /** Called before the memory of delivered records is reused. */
  readonly settled?: () => void;
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

interface Walked {
  /** Records of each type, by number. */
  readonly counts: ReadonlyMap<number, number>;
  readonly overflow: boolean;
}

/** Passes every kernel record to `deliver` in order of time; records made by perf itself go to the session. */
export const walkInOrder = async ({
  bytes,
  session,
  end,
  timeAt,
  deliver,
  settled,
  onProgress,
}: Walk): Promise<Walked> => {
  const { header } = session;
  const { little } = header;
  const order = timeOrder(deliver, settled);
  const byType = new Uint32Array(256);
  for await (const block of blocks(bytes, header, end)) {
    const { view, to } = block;
    let inOrder = ordered(session);
    for (let at = block.from; at < to; at += recordSize(view, at, little)) {
      const type = view.getUint32(at, little);
      byType[type & 255] = (byType[type & 255] ?? 0) + 1;
      if (type === RECORD.FINISHED_ROUND) order.round();
      else if (type >= RECORD.HEADER_ATTR) {
        session.learn(view, at);
        inOrder = ordered(session);
      } else {
        const time = timeAt(view, at, type);
        if (time === time && inOrder) order.push(block, at, time);
        else deliver(view, at, time);
      }
    }
    order.sealed(block);
    onProgress?.(end.bytes);
  }
  order.end();
  return { counts: new Map([...byType.entries()].filter(([, count]) => count > 0)), overflow: order.overflow };
};
