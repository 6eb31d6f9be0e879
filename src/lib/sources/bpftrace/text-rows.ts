import type { ByteSource } from '../../stacks/peek.ts';
import { linesOf } from '../../stacks/text-lines.ts';
import { entryOf } from './blocks.ts';
import type { PrintedRow } from './decoder.ts';
import { keyText } from './json-rows.ts';

const HEAD = /^(@[A-Za-z0-9_]*)(?:\[(.*)\])?: *$/s;
const BAR = /^([[(].*?[\])])\s+(-?\d+) \|[@ ]*\|\s*$/;
const SERIES = /^(\S+) +\|[ *]*\| (-?\d+)\s*$/;
const SCALE = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50, E: 2 ** 60 } as const;

const bound = (text: string): number | undefined => {
  const found = /^(-?\d+)([KMGTPE]?)$/.exec(text);
  return found === null ? undefined : Number(found[1]) * SCALE[(found[2] ?? '') as keyof typeof SCALE];
};

/** The smallest and the largest value of a printed bucket: `[2, 4)`, `[0]`, `(..., 0)`, `[100, ...)`, `[4K, 8K)`. */
export const bucketBounds = (text: string): { readonly low: number | undefined; readonly high: number | undefined } => {
  const [first = '', second] = text.slice(1, -1).split(', ');
  const low = bound(first);
  if (second === undefined) return { low, high: low };
  const end = bound(second);
  return { low, high: end === undefined ? undefined : end - 1 };
};

const stats = /^count (-?\d+), average (-?\d+), total (-?\d+)$/;

const valueRows = function* (map: string, key: string | undefined, value: string): Generator<PrintedRow> {
  const found = stats.exec(value);
  if (found !== null) {
    for (const [i, field] of ['count', 'average', 'total'].entries())
      yield { map, kind: 'stats', key, field, value: Number(found[i + 1]) };
    return;
  }
  const number = value === '' ? NaN : Number(value);
  yield Number.isFinite(number) ? { map, kind: 'value', key, value: number } : { map, kind: 'value', key, text: value };
};

/** One line inside a histogram or a time series. */
const insideRow = (map: string, key: string | undefined, line: string): PrintedRow | undefined => {
  const bar = BAR.exec(line);
  if (bar !== null) return { map, kind: 'hist', key, ...bucketBounds(bar[1] ?? ''), value: Number(bar[2]) };
  const point = SERIES.exec(line);
  return point === null ? undefined : { map, kind: 'tseries', key, time: point[1], value: Number(point[2]) };
};

/** An entry that does not end is given up at this length. */
const LONGEST = 4 << 20;

/** Rows of bpftrace's text; undefined for a line that is neither of a map nor printed before the maps. */
export const textRows = async function* (source: ByteSource): AsyncGenerator<PrintedRow | undefined> {
  let under: { readonly map: string; readonly key: string | undefined } | undefined;
  let open: string[] = [];
  let length = 0;
  for await (const line of linesOf(source)) {
    if (open.length > 0 || line.startsWith('@')) {
      open.push(line);
      length += line.length;
      if (/^@[A-Za-z0-9_]*\[/.test(open[0] ?? '') && !line.includes(']:') && length < LONGEST) continue;
      const text = open.join('\n');
      [open, length] = [[], 0];
      const entry = entryOf(text);
      under =
        HEAD.test(text) && entry !== undefined
          ? { map: entry.map, key: entry.key.length > 0 ? keyText(entry.key) : undefined }
          : undefined;
      if (entry !== undefined && under === undefined)
        yield* valueRows(entry.map, entry.key.length > 0 ? keyText(entry.key) : undefined, entry.value);
      continue;
    }
    if (line === '') continue;
    const row = under === undefined ? undefined : insideRow(under.map, under.key, line);
    if (row !== undefined) yield row;
    else if (under === undefined && !/^Attach(?:ing|ed) \d+ probes?/.test(line))
      yield { map: '', kind: 'printf', text: line };
    else if (under !== undefined && !/\|_+\||v_+v|^ +-?\d+ +-?\d+ *$/.test(line)) yield undefined;
  }
};
