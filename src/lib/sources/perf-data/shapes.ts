import type { Layout } from './sample.ts';
import { readBig, samples } from './attr.ts';
import { RECORD, SAMPLE, READ } from './format.ts';
import { layoutOf } from './sample.ts';
import type { Session } from './session.ts';

/** The facts about an event that fast reading of its samples needs. */
export interface EventShape {
  readonly layout: Layout;
  readonly callchain: boolean;
  /** The user stack was copied, not walked: without unwinding, only its innermost frame is known. */
  readonly copied: boolean;
  /** The layout of counter values before the callchain, if there are any. */
  readonly read: number | undefined;
  /** Distance of the time from the end of records that are not samples; -1 if they have none. */
  readonly timeFromEnd: number;
  /** The weight of a sample that has no period. */
  readonly period: number;
}

/** Finds the event of a record. */
export interface Shapes {
  /** The number of a record's event; the first event if the record does not say. */
  event(view: DataView, at: number, end: number): number;
  shape(event: number): EventShape | undefined;
}

const shapeOf = ({ events }: Session, event: number): EventShape | undefined => {
  const attr = events[event]?.attr;
  if (attr === undefined) return undefined;
  const has = (bit: (typeof SAMPLE)[keyof typeof SAMPLE]): number => (samples(attr.sampleType, bit) ? 1 : 0);
  const after = has(SAMPLE.ID) + has(SAMPLE.STREAM_ID) + has(SAMPLE.CPU) + has(SAMPLE.IDENTIFIER);
  return {
    layout: layoutOf(attr),
    callchain: has(SAMPLE.CALLCHAIN) === 1,
    copied: has(SAMPLE.REGS_USER) === 1 && has(SAMPLE.STACK_USER) === 1,
    read: has(SAMPLE.READ) === 1 ? attr.readFormat : undefined,
    timeFromEnd: has(SAMPLE.TIME) === 1 && attr.flags.has('sample_id_all') ? 8 * (1 + after) : -1,
    period: attr.flags.has('freq') ? 1 : Number(attr.samplePeriod),
  };
};

const RECENT_IDS = 256;

/** Caches the shapes and ids of a file's events. */
export const eventShapes = (session: Session): Shapes => {
  const known: (EventShape | undefined)[] = [];
  const { little } = session.header;
  // Each CPU's events have ids of their own, a few dozen that alternate.
  const ids = new Float64Array(RECENT_IDS).fill(-1);
  const eventOfId = new Int32Array(RECENT_IDS);
  /** How many events' ids are cached: after a new event, an id may belong to a different one. */
  let told = 0;
  return {
    event(view, at, end) {
      const { idAt, idFromEnd } = session;
      if (idAt < 0) return 0;
      if (session.events.length !== told) {
        told = session.events.length;
        ids.fill(-1);
      }
      const place = view.getUint32(at, little) === RECORD.SAMPLE ? at + idAt : end - idFromEnd;
      if (place < at + 8 || place + 8 > end) return 0;
      const low = view.getUint32(place + (little ? 0 : 4), little);
      const high = view.getUint32(place + (little ? 4 : 0), little);
      // Ids that a double cannot hold exactly are looked up directly.
      if (high >= 0x20_0000) return session.of(readBig(view, place, little)) ?? 0;
      const id = high * 0x1_0000_0000 + low;
      const slot = low & (RECENT_IDS - 1);
      if (ids[slot] === id) return eventOfId[slot] ?? 0;
      const found = session.of(id) ?? 0;
      ids[slot] = id;
      eventOfId[slot] = found;
      return found;
    },
    shape(event) {
      return (known[event] ??= shapeOf(session, event));
    },
  };
};

/** How many bytes of counter values are at `at`; -1 if they exceed the record. */
export const readSize = (view: DataView, at: number, end: number, format: number, little: boolean): number => {
  const times = ((format & READ.ENABLED) !== 0 ? 1 : 0) + ((format & READ.RUNNING) !== 0 ? 1 : 0);
  const each = 1 + ((format & READ.ID) !== 0 ? 1 : 0) + ((format & READ.LOST) !== 0 ? 1 : 0);
  if ((format & READ.GROUP) === 0) return 8 * (times + each);
  if (at + 8 > end) return -1;
  const count = view.getUint32(at + (little ? 0 : 4), little);
  const size = 8 * (1 + times + count * each);
  return at + size > end ? -1 : size;
};
