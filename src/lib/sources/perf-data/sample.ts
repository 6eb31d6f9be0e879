import { samples, type Attr, type Big } from './attr.ts';
import { cursorOf, type ByteCursor } from './cursor.ts';
import { BRANCH, READ, SAMPLE } from './format.ts';

/** One counter in the values of a sample or a READ record. */
export interface ReadValue {
  readonly value: Big;
  readonly id?: Big;
  readonly lost?: Big;
}

export interface ReadValues {
  readonly enabled?: Big;
  readonly running?: Big;
  readonly values: readonly ReadValue[];
}

export interface Branch {
  readonly from: Big;
  readonly to: Big;
  readonly flags: Big;
}

/**
 * All fields that a sample can have: perf_event_open(2), PERF_RECORD_SAMPLE. Fields outside sample_type are undefined.
 */
export interface SampleFields {
  identifier?: Big;
  ip?: Big;
  pid?: number;
  tid?: number;
  /** ns. */
  time?: Big;
  addr?: Big;
  id?: Big;
  streamId?: Big;
  cpu?: number;
  period?: Big;
  read?: ReadValues;
  callchain?: readonly Big[];
  /** Where the raw data of a tracepoint or PMU is in the record's view, and its length. */
  raw?: { readonly at: number; readonly size: number };
  branchHwIndex?: Big;
  branches?: readonly Branch[];
  regsUser?: { readonly abi: Big; readonly values: readonly Big[] };
  /** The copy of the user stack: how much was copied, and how much of it is valid. */
  stackUser?: { readonly at: number; readonly size: number; readonly dynamic: number };
  weight?: Big;
  dataSource?: Big;
  transaction?: Big;
  regsIntr?: { readonly abi: Big; readonly values: readonly Big[] };
  physicalAddress?: Big;
  cgroup?: Big;
  dataPageSize?: Big;
  codePageSize?: Big;
  aux?: number;
}

const many = <Item>(cursor: ByteCursor, count: number, bytes: number, item: () => Item): Item[] => {
  const room = Math.floor(cursor.left / bytes);
  if (count > room) throw new RangeError(`expected at most ${room} items, got ${count}`);
  return Array.from({ length: count }, item);
};

/** The values of a READ record or of a sample with PERF_SAMPLE_READ. */
export const readValues = (cursor: ByteCursor, format: number): ReadValues => {
  const group = (format & READ.GROUP) !== 0;
  const each = (value: Big): ReadValue => ({
    value,
    ...((format & READ.ID) !== 0 ? { id: cursor.big() } : {}),
    ...((format & READ.LOST) !== 0 ? { lost: cursor.big() } : {}),
  });
  const times = (): { enabled?: Big; running?: Big } => ({
    ...((format & READ.ENABLED) !== 0 ? { enabled: cursor.big() } : {}),
    ...((format & READ.RUNNING) !== 0 ? { running: cursor.big() } : {}),
  });
  if (!group) {
    const value = cursor.big();
    return { ...times(), values: [each(value)] };
  }
  const count = cursor.number();
  return { ...times(), values: many(cursor, count, 8, () => each(cursor.big())) };
};

const registers = (cursor: ByteCursor, count: number): NonNullable<SampleFields['regsUser']> => {
  const abi = cursor.big();
  return { abi, values: abi === 0 ? [] : many(cursor, count, 8, () => cursor.big()) };
};

const branchStack = (cursor: ByteCursor, sample: SampleFields, branchType: number): Branch[] => {
  const count = cursor.number();
  if (Math.floor(branchType / BRANCH.HW_INDEX) % 2 === 1) sample.branchHwIndex = cursor.big();
  const branches = many(cursor, count, 24, () => ({ from: cursor.big(), to: cursor.big(), flags: cursor.big() }));
  if (Math.floor(branchType / BRANCH.COUNTERS) % 2 === 1) cursor.skip(8 * count);
  return branches;
};

const rawData = (cursor: ByteCursor): NonNullable<SampleFields['raw']> => {
  const size = cursor.u32();
  const at = cursor.at;
  cursor.skip(size);
  // The kernel pads so that the next field's offset in the record is a multiple of 8.
  cursor.skip(Math.min(cursor.left, (8 - ((size + 4) & 7)) & 7));
  return { at, size };
};

const userStack = (cursor: ByteCursor): NonNullable<SampleFields['stackUser']> => {
  const size = cursor.number();
  const at = cursor.at;
  cursor.skip(size);
  return { at, size, dynamic: size === 0 ? 0 : cursor.number() };
};

const auxData = (cursor: ByteCursor): number => {
  const size = cursor.number();
  cursor.skip(size);
  return size;
};

const paddedU32 = (cursor: ByteCursor): number => {
  const value = cursor.u32();
  cursor.skip(4);
  return value;
};

const thread = (sample: SampleFields, cursor: ByteCursor): void => {
  sample.pid = cursor.i32();
  sample.tid = cursor.i32();
};

/** The fields in the order in which the kernel writes them: perf_output_sample() in kernel/events/core.c. */
const fields: readonly (readonly [number, (sample: SampleFields, cursor: ByteCursor, attr: Attr) => void])[] = [
  [SAMPLE.IDENTIFIER, (s, c) => (s.identifier = c.big())],
  [SAMPLE.IP, (s, c) => (s.ip = c.big())],
  [SAMPLE.TID, thread],
  [SAMPLE.TIME, (s, c) => (s.time = c.big())],
  [SAMPLE.ADDR, (s, c) => (s.addr = c.big())],
  [SAMPLE.ID, (s, c) => (s.id = c.big())],
  [SAMPLE.STREAM_ID, (s, c) => (s.streamId = c.big())],
  [SAMPLE.CPU, (s, c) => (s.cpu = paddedU32(c))],
  [SAMPLE.PERIOD, (s, c) => (s.period = c.big())],
  [SAMPLE.READ, (s, c, attr) => (s.read = readValues(c, attr.readFormat))],
  [SAMPLE.CALLCHAIN, (s, c) => (s.callchain = many(c, c.number(), 8, () => c.big()))],
  [SAMPLE.RAW, (s, c) => (s.raw = rawData(c))],
  [SAMPLE.BRANCH_STACK, (s, c, attr) => (s.branches = branchStack(c, s, attr.branchSampleType))],
  [SAMPLE.REGS_USER, (s, c, attr) => (s.regsUser = registers(c, attr.regsUser))],
  [SAMPLE.STACK_USER, (s, c) => (s.stackUser = userStack(c))],
  [SAMPLE.WEIGHT + SAMPLE.WEIGHT_STRUCT, (s, c) => (s.weight = c.big())],
  [SAMPLE.DATA_SRC, (s, c) => (s.dataSource = c.big())],
  [SAMPLE.TRANSACTION, (s, c) => (s.transaction = c.big())],
  [SAMPLE.REGS_INTR, (s, c, attr) => (s.regsIntr = registers(c, attr.regsIntr))],
  [SAMPLE.PHYS_ADDR, (s, c) => (s.physicalAddress = c.big())],
  [SAMPLE.CGROUP, (s, c) => (s.cgroup = c.big())],
  [SAMPLE.DATA_PAGE_SIZE, (s, c) => (s.dataPageSize = c.big())],
  [SAMPLE.CODE_PAGE_SIZE, (s, c) => (s.codePageSize = c.big())],
  [SAMPLE.AUX, (s, c) => (s.aux = auxData(c))],
];

const carries = (sampleType: number, mask: number): boolean => (mask & sampleType) !== 0;

/**
 * Decodes the body of a SAMPLE record from `at` to `end`. Throws RangeError if it is shorter than its attr requires.
 */
export const readSample = (view: DataView, at: number, end: number, attr: Attr, little: boolean): SampleFields => {
  const cursor = cursorOf(view, little, at, end);
  const sample: SampleFields = {};
  for (const [mask, read] of fields) if (carries(attr.sampleType, mask)) read(sample, cursor, attr);
  if (sample.identifier !== undefined) sample.id ??= sample.identifier;
  return sample;
};

/** The fields that sample_id_all appends to records that are not samples, in order. */
const trailer: readonly (readonly [number, (sample: SampleFields, cursor: ByteCursor) => void])[] = [
  [SAMPLE.TID, thread],
  [SAMPLE.TIME, (s, c) => (s.time = c.big())],
  [SAMPLE.ID, (s, c) => (s.id = c.big())],
  [SAMPLE.STREAM_ID, (s, c) => (s.streamId = c.big())],
  [SAMPLE.CPU, (s, c) => (s.cpu = paddedU32(c))],
  [SAMPLE.IDENTIFIER, (s, c) => ((s.identifier = c.big()), (s.id ??= s.identifier))],
];

/** How many bytes sample_id_all appends to records of this attr. */
export const trailerSize = (attr: Attr | undefined): number =>
  attr === undefined || !attr.flags.has('sample_id_all')
    ? 0
    : 8 * trailer.filter(([mask]) => carries(attr.sampleType, mask)).length;

/** Decodes the trailer of a record that ends at `end`. */
export const readTrailer = (view: DataView, end: number, attr: Attr, little: boolean): SampleFields => {
  const cursor = cursorOf(view, little, end - trailerSize(attr), end);
  const sample: SampleFields = {};
  for (const [mask, read] of trailer) if (carries(attr.sampleType, mask)) read(sample, cursor);
  return sample;
};

/** Offsets of fixed fields in a SAMPLE record from the record's start; -1 if absent. */
export interface Layout {
  readonly ip: number;
  readonly tid: number;
  readonly time: number;
  readonly id: number;
  readonly cpu: number;
  readonly period: number;
  /** Where the fixed fields end and READ, CALLCHAIN ... begin. */
  readonly rest: number;
}

const fixed = [
  [SAMPLE.IDENTIFIER, 'identifier'],
  [SAMPLE.IP, 'ip'],
  [SAMPLE.TID, 'tid'],
  [SAMPLE.TIME, 'time'],
  [SAMPLE.ADDR, 'addr'],
  [SAMPLE.ID, 'id'],
  [SAMPLE.STREAM_ID, 'stream'],
  [SAMPLE.CPU, 'cpu'],
  [SAMPLE.PERIOD, 'period'],
] as const;

/** The layout of an attr's samples. */
export const layoutOf = ({ sampleType }: Attr): Layout => {
  const at: Record<(typeof fixed)[number][1], number> = {
    identifier: -1,
    ip: -1,
    tid: -1,
    time: -1,
    addr: -1,
    id: -1,
    stream: -1,
    cpu: -1,
    period: -1,
  };
  let rest = 8;
  for (const [bit, name] of fixed) {
    if (!samples(sampleType, bit)) continue;
    at[name] = rest;
    rest += 8;
  }
  return { ...at, id: at.identifier >= 0 ? at.identifier : at.id, rest };
};
