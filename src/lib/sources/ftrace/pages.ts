import type { TraceFormat } from '../formats/trace-format.ts';
import { eventRows, type EventRows, type GrowingRows } from './event-rows.ts';
import { COMMITTED, MISSED, PADDING, STORED, TIME_EXTEND, TIME_STAMP, type PageLayout } from './page-layout.ts';

/** Reads pages of ring buffers into rows: https://docs.kernel.org/trace/ring-buffer-design.html */
export interface PageReader {
  /** Takes whole pages of one CPU, each without the unused bytes at its end; false if another reader must read the file. */
  take(cpu: number, pages: Uint8Array): boolean;
  /** Of each event that has a format, with or without rows. */
  rows(): readonly EventRows[];
  /** The time from which the rows count, in ns of the trace clock. */
  base(): bigint;
  /** Events that the pages say are missing, by CPU; pages that do not say how many are counted in `unknown`. */
  readonly missed: { readonly events: ReadonlyMap<number, number>; readonly unknown: number };
  /** Pages that end early or have an event beyond their end, and events of a kind that has no format. */
  readonly damaged: { readonly pages: number; readonly events: number };
}

const HIGH = 2 ** 32;
const LOW_BITS = 27;

interface State {
  readonly missed: { readonly events: Map<number, number>; unknown: number };
  readonly damaged: { pages: number; events: number };
  readonly layout: PageLayout;
  /** By id. */
  readonly growing: (GrowingRows | undefined)[];
  readonly typeShift: number;
  readonly timeShift: number;
  /** The time of the first page; -1 before it. */
  low: number;
  high: number;
}

const noteMissed = ({ missed, layout }: State, view: DataView, cpu: number, commit: number, stop: number): void => {
  const { little, long } = layout;
  if ((commit & STORED) === 0 || stop + long > view.byteLength) missed.unknown++;
  else {
    const count = view.getUint32(stop + (little || long === 4 ? 0 : 4), little);
    missed.events.set(cpu, (missed.events.get(cpu) ?? 0) + count);
  }
};

/** Nanoseconds since the first page of a time stamp event, which has the low 59 bits of the time: 27, and 32 in `next`. */
const stamped = ({ low, high }: State, delta: number, next: number): number =>
  ((next >>> 5) - high) * HIGH + ((((next & 31) << LOW_BITS) | delta) >>> 0) - low;

/** Reads the events of a page's data; false if one of them ends after it. */
const readEvents = (state: State, view: DataView, cpu: number, from: number, stop: number, start: number): boolean => {
  const { growing, typeShift, timeShift } = state;
  const { little } = state.layout;
  let time = start;
  for (let at = from; at + 4 <= stop;) {
    const word = view.getUint32(at, little);
    const type = (word >>> typeShift) & 31;
    const delta = (word >>> timeShift) & 0x7ffffff;
    let data = at + 4;
    let length = type * 4;
    if (type === 0 || type >= PADDING) {
      // A page that is full ends in padding without a time; it need not have a length.
      if (type === PADDING && delta === 0) return true;
      if (at + 8 > stop) return false;
      const next = view.getUint32(at + 4, little);
      if (type === TIME_EXTEND || type === TIME_STAMP) {
        time = type === TIME_EXTEND ? time + next * 2 ** LOW_BITS + delta : stamped(state, delta, next);
        at += 8;
        continue;
      }
      if (type === PADDING) {
        // An event that was discarded: a time of 1 stands for 0.
        if (delta > 1) time += delta;
        at += 4 + next;
        if (at > stop) return false;
        continue;
      }
      data = at + 8;
      length = next - 4;
    }
    time += delta;
    if (length < 4 || data + length > stop) return false;
    const rows = growing[view.getUint16(data, little)];
    if (rows === undefined) state.damaged.events++;
    else rows.add(time, cpu, view, data, length);
    at = data + ((length + 3) & ~3);
  }
  return true;
};

const readPages = (state: State, cpu: number, pages: Uint8Array): void => {
  const { layout, damaged } = state;
  const { little, long } = layout;
  const view = new DataView(pages.buffer, pages.byteOffset, pages.length);
  for (let at = 0; at < pages.length;) {
    const from = at + layout.data;
    if (from > pages.length) {
      damaged.pages++;
      return;
    }
    const low = view.getUint32(at + layout.timeLow, little);
    const high = view.getUint32(at + layout.timeHigh, little);
    if (state.high < 0) Object.assign(state, { low, high });
    const commit = view.getUint32(at + layout.commit, little);
    const stop = from + (commit & COMMITTED);
    if ((commit & MISSED) !== 0) noteMissed(state, view, cpu, commit, stop);
    const time = (high - state.high) * HIGH + (low - state.low);
    const whole = readEvents(state, view, cpu, from, Math.min(stop, pages.length), time);
    if (!whole || stop > pages.length) damaged.pages++;
    at = stop + ((commit & STORED) !== 0 ? long : 0);
  }
};

/** An empty reader of pages. */
export const pageReader = (layout: PageLayout, formats: ReadonlyMap<number, TraceFormat>): PageReader => {
  const growing: (GrowingRows | undefined)[] = [];
  for (const [id, format] of formats) growing[id] = eventRows(format, layout.little);
  const [typeShift, timeShift] = layout.little ? [0, 5] : [27, 0];
  const missed = { events: new Map<number, number>(), unknown: 0 };
  const state: State = { layout, growing, typeShift, timeShift, missed, damaged: { pages: 0, events: 0 }, low: 0, high: -1 }; // prettier-ignore
  return {
    missed,
    damaged: state.damaged,
    take(cpu, pages) {
      readPages(state, cpu, pages);
      return true;
    },
    rows() {
      const all = [...formats.keys()].flatMap((id) => growing[id] ?? []);
      for (const rows of all) rows.settle();
      return all;
    },
    base: () => BigInt(Math.max(0, state.high)) * BigInt(HIGH) + BigInt(state.low),
  };
};
