import type { ByteSource } from '../../stacks/peek.ts';
import { keyOf } from './blocks.ts';
import type { PrintedRow } from './decoder.ts';
import { objectsOf } from './json.ts';

type Rows = Generator<PrintedRow>;

/** The key as one text: parts by ", ", frames by ";". */
export const keyText = (key: readonly (string | readonly string[])[]): string =>
  key.map((part) => (typeof part === 'string' ? part : part.join(';'))).join(', ');

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const bucket = (map: string, key: string | undefined, cell: unknown): PrintedRow | undefined => {
  if (!isRecord(cell)) return undefined;
  if ('interval_start' in cell)
    return { map, kind: 'tseries', key, time: String(cell['interval_start']), value: number(cell['value']) };
  return { map, kind: 'hist', key, low: number(cell['min']), high: number(cell['max']), value: number(cell['count']) };
};

const stats = function* (map: string, key: string | undefined, value: Readonly<Record<string, unknown>>): Rows {
  for (const field of ['count', 'average', 'total'])
    yield { map, kind: 'stats', key, field, value: number(value[field]) };
};

const isStats = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && typeof value['count'] === 'number' && 'average' in value;

const valueRows = function* (map: string, key: string | undefined, value: unknown): Rows {
  if (Array.isArray(value)) {
    for (const cell of value as unknown[]) {
      const row = bucket(map, key, cell);
      if (row !== undefined) yield row;
    }
  } else if (isStats(value)) yield* stats(map, key, value);
  else if (typeof value === 'number') yield { map, kind: 'value', key, value };
  else yield { map, kind: 'value', key, text: typeof value === 'string' ? value : JSON.stringify(value) };
};

/** Rows of `bpftrace -f json`. */
export const jsonRows = async function* (source: ByteSource): AsyncGenerator<PrintedRow | undefined> {
  for await (const { type, data } of objectsOf(source)) {
    if (type === 'printf' || type === 'time' || type === 'cat') {
      yield {
        map: '',
        kind: 'printf',
        text: typeof data === 'string' ? data.replace(/\n$/, '') : JSON.stringify(data),
      };
      continue;
    }
    if (!isRecord(data) || !Object.keys(data).every((name) => name.startsWith('@'))) continue;
    for (const [map, value] of Object.entries(data)) {
      if (!isRecord(value) || isStats(value)) yield* valueRows(map, undefined, value);
      else
        for (const [key, each] of Object.entries(value))
          yield* valueRows(map, keyText(keyOf(key.replaceAll(/,(?! )/g, ', '))), each);
    }
  }
};
