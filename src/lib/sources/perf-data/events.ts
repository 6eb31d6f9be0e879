import { cursorOf, type ByteCursor } from './cursor.ts';
import type { Attr, Big } from './attr.ts';
import { MISC_COMM_EXEC, MISC_MMAP_BUILD_ID, MISC_MMAP_DATA, MISC_SWITCH_OUT, RECORD, recordName } from './format.ts';
import { readSample, readTrailer, readValues, trailerSize, type SampleFields } from './sample.ts';
import type { Session } from './session.ts';

type Fields = Record<string, unknown>;

/** A decoded record. */
export interface Event {
  readonly type: string;
  readonly number: number;
  readonly misc: number;
  readonly size: number;
  /** Index of its event, if the record gives it. */
  readonly event?: number;
  /** The record's own fields, named as in perf_event_open(2). */
  readonly fields: Fields;
  readonly sample?: SampleFields;
  /** The sample_id_all trailer of a record that is not a sample. */
  readonly id?: SampleFields;
  /** Set if the record is shorter than its type requires. */
  readonly cut?: true;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const some = <Item>(cursor: ByteCursor, count: number, bytes: number, item: () => Item): Item[] => {
  const room = Math.floor(cursor.left / bytes);
  if (count > room) throw new RangeError(`expected at most ${room} items, got ${count}`);
  return Array.from({ length: count }, item);
};

const mmap = (c: ByteCursor): Fields => ({
  pid: c.i32(),
  tid: c.i32(),
  start: c.big(),
  length: c.big(),
  offset: c.big(),
});

const mmap2Id = (c: ByteCursor, misc: number): Fields => {
  if ((misc & MISC_MMAP_BUILD_ID) === 0) return { major: c.u32(), minor: c.u32(), inode: c.big(), generation: c.big() };
  const id = c.bytes(24);
  return { buildId: hex(id.subarray(4, 4 + Math.min(20, id[0] ?? 0))) };
};

const task = (c: ByteCursor): Fields => ({
  pid: c.i32(),
  parent: c.i32(),
  tid: c.i32(),
  parentTid: c.i32(),
  time: c.big(),
});

const throttle = (c: ByteCursor): Fields => ({ time: c.big(), id: c.big(), streamId: c.big() });

type Decode = (cursor: ByteCursor, misc: number, attr: Attr | undefined) => Fields;

/** The fields of each record type before its trailer; other types keep their raw bytes. */
const decoders: Readonly<Record<number, Decode>> = {
  [RECORD.MMAP]: (c, misc) => ({ ...mmap(c), filename: c.text(c.left), data: (misc & MISC_MMAP_DATA) !== 0 }),
  [RECORD.MMAP2]: (c, misc) => ({
    ...mmap(c),
    ...mmap2Id(c, misc),
    protection: c.u32(),
    flags: c.u32(),
    filename: c.text(c.left),
  }),
  [RECORD.LOST]: (c) => ({ id: c.big(), lost: c.big() }),
  [RECORD.COMM]: (c, misc) => ({
    pid: c.i32(),
    tid: c.i32(),
    comm: c.text(c.left),
    exec: (misc & MISC_COMM_EXEC) !== 0,
  }),
  [RECORD.EXIT]: task,
  [RECORD.FORK]: task,
  [RECORD.THROTTLE]: throttle,
  [RECORD.UNTHROTTLE]: throttle,
  [RECORD.READ]: (c, _, attr) => ({ pid: c.i32(), tid: c.i32(), read: readValues(c, attr?.readFormat ?? 0) }),
  [RECORD.AUX]: (c) => ({ offset: c.big(), size: c.big(), flags: c.big() }),
  [RECORD.ITRACE_START]: (c) => ({ pid: c.i32(), tid: c.i32() }),
  [RECORD.LOST_SAMPLES]: (c) => ({ lost: c.big() }),
  [RECORD.SWITCH]: (_, misc) => ({ out: (misc & MISC_SWITCH_OUT) !== 0 }),
  [RECORD.SWITCH_CPU_WIDE]: (c, misc) => ({ out: (misc & MISC_SWITCH_OUT) !== 0, pid: c.i32(), tid: c.i32() }),
  [RECORD.NAMESPACES]: (c) => ({
    pid: c.i32(),
    tid: c.i32(),
    links: some(c, c.number(), 16, () => ({ device: c.big(), inode: c.big() })),
  }),
  [RECORD.KSYMBOL]: (c) => ({ address: c.big(), length: c.u32(), kind: c.u16(), flags: c.u16(), name: c.text(c.left) }),
  [RECORD.BPF_EVENT]: (c) => ({ kind: c.u16(), flags: c.u16(), id: c.u32(), tag: hex(c.bytes(8)) }),
  [RECORD.CGROUP]: (c) => ({ id: c.big(), path: c.text(c.left) }),
  [RECORD.TEXT_POKE]: (c) => ({ address: c.big(), old: c.u16(), new: c.u16() }),
  [RECORD.AUX_OUTPUT_HW_ID]: (c) => ({ hwId: c.big() }),
  [RECORD.ID_INDEX]: (c) => ({
    entries: some(c, c.number(), 32, () => ({ id: c.big(), index: c.big(), cpu: c.big(), tid: c.big() })),
  }),
  [RECORD.AUXTRACE_INFO]: (c) => ({ kind: c.u32() }),
  [RECORD.AUXTRACE]: (c) => ({
    size: c.big(),
    offset: c.big(),
    reference: c.big(),
    index: c.u32(),
    tid: c.i32(),
    cpu: c.i32(),
  }),
  [RECORD.AUXTRACE_ERROR]: (c) => ({ kind: c.u32(), code: c.u32(), cpu: c.i32(), pid: c.i32(), tid: c.i32() }),
  [RECORD.THREAD_MAP]: (c) => ({
    threads: some(c, c.number(), 24, () => ({ pid: c.number(), comm: c.text(16) })),
  }),
  [RECORD.CPU_MAP]: (c) => ({ kind: c.u16() }),
  [RECORD.STAT_CONFIG]: (c) => ({ terms: some(c, c.number(), 16, () => ({ tag: c.big(), value: c.big() })) }),
  [RECORD.STAT]: (c) => ({
    id: c.big(),
    cpu: c.i32(),
    thread: c.i32(),
    value: c.big(),
    enabled: c.big(),
    running: c.big(),
  }),
  [RECORD.STAT_ROUND]: (c) => ({ kind: c.big(), time: c.big() }),
  [RECORD.EVENT_UPDATE]: (c) => ({ kind: c.big(), id: c.big() }),
  [RECORD.TIME_CONV]: (c) => ({ shift: c.big(), multiplier: c.big(), zero: c.big() }),
  [RECORD.HEADER_FEATURE]: (c) => ({ feature: c.number() }),
  [RECORD.HEADER_TRACING_DATA]: (c) => ({ size: c.u32() }),
  [RECORD.COMPRESSED]: (c) => ({ bytes: c.left }),
  [RECORD.COMPRESSED2]: (c) => ({ bytes: c.number() }),
};

const eventOf = (session: Session, view: DataView, at: number, end: number, type: number): number | undefined => {
  if (type >= RECORD.HEADER_ATTR) return undefined;
  const { idAt, idFromEnd } = session;
  const first = session.events[0]?.attr;
  if (idAt < 0 || first === undefined) return 0;
  if (type !== RECORD.SAMPLE && !first.flags.has('sample_id_all')) return 0;
  const place = type === RECORD.SAMPLE ? at + idAt : end - idFromEnd;
  if (place + 8 > end || place < at + 8) return 0;
  // An id of 0 is in records that perf itself made.
  return session.of(cursorOf(view, session.header.little, place, end).big());
};

/** Decodes the record at `at`. Never throws because of the file: a record that is too short is marked. */
export const readEvent = (session: Session, view: DataView, at: number): Event => {
  const { little } = session.header;
  const number = view.getUint32(at, little);
  const misc = view.getUint16(at + 4, little);
  const size = view.getUint16(at + 6, little);
  const end = at + size;
  const event = eventOf(session, view, at, end, number);
  const attr = session.events[event ?? 0]?.attr;
  const about = { type: recordName(number), number, misc, size, ...(event === undefined ? {} : { event }) };
  try {
    if (number === RECORD.SAMPLE && attr !== undefined)
      return { ...about, fields: {}, sample: readSample(view, at + 8, end, attr, little) };
    const tail = number < RECORD.HEADER_ATTR ? trailerSize(attr) : 0;
    const cursor = cursorOf(view, little, at + 8, end - tail);
    const fields = decoders[number]?.(cursor, misc, attr) ?? {};
    if (tail === 0 || attr === undefined) return { ...about, fields };
    return { ...about, fields, id: readTrailer(view, end, attr, little) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...about, fields: {}, cut: true };
  }
};

/** The time of a record in ns, from the sample or the trailer. */
export const timeOf = ({ sample, id }: Event): Big | undefined => sample?.time ?? id?.time;
