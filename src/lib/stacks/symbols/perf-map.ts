import type { Symbols } from './table.ts';

const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder('utf-8');

/**
 * Parses /tmp/perf-PID.map, which JIT compilers write (`START SIZE name`, hexadecimal):
 * tools/perf/Documentation/jit-interface.txt. Other lines are skipped, as perf does.
 */
export const readPerfMap = (text: Uint8Array): Symbols => {
  const start: number[] = [];
  const length: number[] = [];
  const places: { from: number; to: number }[] = [];
  for (let at = 0; at < text.length;) {
    const stop = text.indexOf(10, at);
    const end = stop < 0 ? text.length : stop;
    const head = latin1.decode(text.subarray(at, Math.min(end, at + 40)));
    const match = /^(?:0x)?([0-9a-f]{1,16}) (?:0x)?([0-9a-f]{1,16}) ./i.exec(head);
    if (match !== null) {
      start.push(Number(BigInt.asIntN(64, BigInt(`0x${match[1] ?? '0'}`))));
      length.push(Number(`0x${match[2] ?? '0'}`));
      places.push({ from: at + match[0].length - 1, to: end });
    }
    at = end + 1;
  }
  return {
    size: places.length,
    start: Float64Array.from(start),
    length: Float64Array.from(length),
    info: new Uint8Array(places.length).fill(0x12),
    extra: places.length,
    exact: true,
    name(symbol) {
      const { from, to } = places[symbol] ?? { from: 0, to: 0 };
      return utf8.decode(text.subarray(from, to));
    },
  };
};
