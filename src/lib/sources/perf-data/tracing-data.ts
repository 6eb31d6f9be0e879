import { readTraceFormat, type TraceFormat } from '../formats/trace-format.ts';
import { textOf } from './cursor.ts';

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
