import { textOf } from './cursor.ts';

/** A field of a tracepoint, as in the kernel's format file. */
export interface TraceField {
  readonly name: string;
  /** The C declaration: 'unsigned long', 'char prev_comm[16]', '__data_loc char[] filename'. */
  readonly declaration: string;
  readonly offset: number;
  readonly size: number;
  readonly signed: boolean;
  /**
   * How to read the bytes. `located`: 4 bytes give offset and length, from the record's start or (`relative`) from the
   * field's end.
   */
  readonly kind: 'number' | 'text' | 'bytes';
  readonly located?: 'absolute' | 'relative';
  /** Size of an array's elements; the field's size if it is not an array. */
  readonly element: number;
}

export interface TraceFormat {
  readonly system: string;
  readonly name: string;
  readonly id: number;
  readonly fields: readonly TraceField[];
}

const fieldLine = /^\s*field:(.*);\s*offset:(\d+);\s*size:(\d+);(?:\s*signed:(\d);)?/;

const elementSize = (declaration: string, long: number): number => {
  if (/\b(?:u8|s8|__u8|__s8|char|bool)\b/.test(declaration)) return 1;
  if (/\b(?:u16|s16|__u16|__s16|short|__be16|__le16)\b/.test(declaration)) return 2;
  if (/\b(?:u64|s64|__u64|__s64|long long|__be64|__le64)\b|\*/.test(declaration)) return 8;
  return /\blong\b/.test(declaration) ? long : 4;
};

const fieldOf = (line: string, long: number): TraceField | undefined => {
  const [, declaration = '', offset = '0', size = '0', signed = '0'] = fieldLine.exec(line) ?? [];
  const name = /(\w+)\s*(?:\[[^\]]*\])?\s*$/.exec(declaration)?.[1];
  if (name === undefined || declaration === '') return undefined;
  const located = declaration.includes('__data_loc')
    ? 'absolute'
    : declaration.includes('__rel_loc')
      ? 'relative'
      : undefined;
  const array = located !== undefined || /\[[^\]]*\]\s*$/.test(declaration);
  const text = array && /\bchar\b/.test(declaration) && !/unsigned char/.test(declaration);
  return {
    name,
    declaration,
    offset: Number(offset),
    size: Number(size),
    signed: signed === '1',
    kind: text ? 'text' : array || ![1, 2, 4, 8].includes(Number(size)) ? 'bytes' : 'number',
    element: array ? elementSize(declaration, long) : Number(size),
    ...(located === undefined ? {} : { located }),
  };
};

/** Parses a format file: /sys/kernel/tracing/events/SYSTEM/NAME/format. Undefined if it is not one. */
const readTraceFormat = (system: string, text: string, long = 8): TraceFormat | undefined => {
  const name = /^name: (.*)$/m.exec(text)?.[1];
  const id = /^ID: (\d+)$/m.exec(text)?.[1];
  if (name === undefined || id === undefined) return undefined;
  const fields = text.split('\n').map((line) => fieldOf(line, long));
  return { system, name, id: Number(id), fields: fields.filter((field) => field !== undefined) };
};

const MAGIC = [23, 8, 68];

/** Reads the tracing data by its lengths; past the end it throws RangeError. */
const walker = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let little = true;
  const take = (length: number): number => {
    if (!(length >= 0) || at + length > bytes.length) throw new RangeError('tracing data is truncated');
    at += length;
    return at - length;
  };
  const u64 = (): number => {
    const from = take(8);
    return (
      view.getUint32(from + (little ? 4 : 0), little) * 0x1_0000_0000 + view.getUint32(from + (little ? 0 : 4), little)
    );
  };
  return {
    setLittle: (value: boolean) => (little = value),
    byte: () => view.getUint8(take(1)),
    u32: () => view.getUint32(take(4), little),
    u64,
    skip: (length: number) => take(length),
    text(): string {
      const end = bytes.indexOf(0, at);
      const from = take((end < 0 ? bytes.length : end) - at + 1);
      return textOf(bytes.subarray(from, at));
    },
    sized(): string {
      const length = u64();
      const from = take(length);
      return textOf(bytes.subarray(from, from + length));
    },
  };
};

/**
 * The formats of the recorded tracepoints, by id: read_trace_init() in tools/perf/util/trace-event-read.c. Truncated
 * data gives the formats before the cut.
 */
export const readTracingData = (bytes: Uint8Array): ReadonlyMap<number, TraceFormat> => {
  const formats = new Map<number, TraceFormat>();
  const walk = walker(bytes);
  const add = (system: string, text: string, long: number): void => {
    const format = readTraceFormat(system, text, long);
    if (format !== undefined) formats.set(format.id, format);
  };
  try {
    if (MAGIC.some((byte) => walk.byte() !== byte)) return formats;
    walk.skip('tracing'.length);
    walk.text();
    walk.setLittle(walk.byte() === 0);
    const long = walk.byte();
    walk.u32();
    for (let i = 0; i < 2; i++) {
      walk.text();
      walk.sized();
    }
    for (let left = walk.u32(); left > 0; left--) add('ftrace', walk.sized(), long);
    for (let systems = walk.u32(); systems > 0; systems--) {
      const system = walk.text();
      for (let left = walk.u32(); left > 0; left--) add(system, walk.sized(), long);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return formats;
};
