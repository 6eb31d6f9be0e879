import type { ByteSource } from '../../bytes/peek.ts';
import { jsonKeyOf, keyText } from './blocks.ts';
import { objectsOf } from './json.ts';
import type { BpftraceObject } from './json.ts';
import { surroundings } from './printed.ts';
import type { Place, Printed, PrintedRow, Surroundings } from './printed.ts';
import { isRecord, isStats, rowsOfValue, wholeNumber } from './values.ts';
import type { Value } from './values.ts';

type Rows = Generator<PrintedRow>;

/** Rows of the output of `bpftrace -f json`, in order. */
export const jsonRows = async function* (source: ByteSource): AsyncGenerator<Printed> {
  const around = surroundings();
  for await (const parsed of objectsOf(source)) {
    if ('left' in parsed) yield parsed;
    else yield* objectRows(around, parsed.object);
  }
};

const TEXTS = new Set(['printf', 'time', 'cat', 'join', 'syscall']);
const MAPS = new Set(['map', 'stats', 'hist', 'tseries']);
const ERRORS = new Set(['helper_error', 'runtime_error', 'errorf', 'warnf']);

const objectRows = function* (around: Surroundings, { type, data, message }: BpftraceObject): Generator<Printed> {
  const value = data === undefined ? '' : valueIn(data);
  if (data === undefined && !ERRORS.has(type)) yield { left: jsonText({ type }) };
  else if (TEXTS.has(type)) {
    const row = around.text(typeof data === 'string' ? data : jsonText(data));
    if (row !== undefined) yield { row };
  } else if (type === 'value') {
    for (const row of rowsOfValue({ map: '', key: undefined }, value)) yield { row: around.within(row) };
  } else if (type === 'lost_events') yield { lost: lostIn(value) };
  else if (ERRORS.has(type)) yield { said: message };
  else if (MAPS.has(type) && isRecord(value) && Object.keys(value).every((name) => name.startsWith('@'))) {
    for (const [map, each] of Object.entries(value))
      for (const row of mapRows(map, each, type)) yield { row: around.within(row) };
  } else if (type !== 'attached_probes') yield { left: jsonText({ type, data }) };
};

/** Integers beyond the range of JSON numbers are printed as strings. */
const valueIn = (data: unknown): Value => {
  if (typeof data === 'string') return data.length < 16 ? data : (largeNumber(data) ?? data);
  if (typeof data === 'number' || typeof data === 'bigint') return data;
  if (Array.isArray(data)) return (data as readonly unknown[]).map(valueIn);
  if (typeof data === 'object' && data !== null)
    return Object.fromEntries(Object.entries(data).map(([name, each]) => [name, valueIn(each)]));
  return String(data);
};

const largeNumber = (text: string): number | bigint | undefined =>
  /^-?\d{16,20}$/.test(text) ? wholeNumber(text) : undefined;

const jsonText = (data: unknown): string =>
  JSON.stringify(data, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));

const lostIn = (value: Value): number => {
  const events = isRecord(value) ? value['events'] : undefined;
  return typeof events === 'number' ? events : 0;
};

/**
 * An object is a map with keys, unless its values differ in type: then it is a record, since values of a map have one
 * type.
 */
const mapRows = function* (map: string, value: Value, type: string): Rows {
  if (!isRecord(value) || isStats(value) || isMixed(Object.values(value))) {
    yield* placeRows({ map, key: undefined }, value, type);
    return;
  }
  for (const [key, each] of Object.entries(value)) yield* placeRows({ map, key: keyText(jsonKeyOf(key)) }, each, type);
};

const isMixed = (values: readonly Value[]): boolean => new Set(values.map(typeOf)).size > 1;

const typeOf = (value: Value): string =>
  Array.isArray(value) ? 'list' : typeof value === 'bigint' ? 'number' : typeof value;

const placeRows = function* (place: Place, value: Value, type: string): Rows {
  if (!Array.isArray(value)) {
    yield* rowsOfValue(place, value);
    return;
  }
  const cells = value as readonly Value[];
  const rows = cells.map((cell) => bucket(place, cell) ?? point(place, cell));
  // A histogram without values is an empty list.
  if (cells.length === 0 && (type === 'hist' || type === 'tseries')) return;
  if (rows.some((row) => row === undefined) || rows.length === 0) yield* rowsOfValue(place, value);
  else for (const [i, row] of rows.entries()) if (row !== undefined) yield unwrapped(row, rows[i - 1]);
};

/** bpftrace before 0.21 computed bounds in 32 bits: the bound after 2147483647 is printed as -2147483648. */
const unwrapped = (row: PrintedRow, before: PrintedRow | undefined): PrintedRow => {
  const { low = 0 } = row;
  const end = before?.high ?? -1;
  return low < 0 && end > 0 ? { ...row, low: end + 1, high: 2 * end + 1 } : row;
};

const number = (value: Value | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

const bucket = (place: Place, cell: Value): PrintedRow | undefined => {
  if (!isRecord(cell) || !Object.keys(cell).every((name) => ['min', 'max', 'count'].includes(name))) return undefined;
  const { min, max, count } = cell;
  if (typeof count !== 'number' && typeof count !== 'bigint') return undefined;
  const label = [min, max].find((each) => typeof each === 'string');
  const text = typeof label === 'string' ? { text: label } : {};
  return { ...place, kind: 'hist', low: number(min), high: number(max), value: count, ...text };
};

const point = (place: Place, cell: Value): PrintedRow | undefined => {
  if (!isRecord(cell)) return undefined;
  const { interval_start: time, value } = cell;
  if (typeof time !== 'string' || (typeof value !== 'number' && typeof value !== 'bigint')) return undefined;
  return { ...place, kind: 'tseries', time, value };
};
