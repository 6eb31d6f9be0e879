import { DataType, tableFromIPC, type Data, type Vector } from 'apache-arrow';
import { docFromText } from './arrow-docs.ts';
import type { ColumnData, Numbers, Table } from './column.ts';
import { bitsOf } from './exact.ts';
import { growNumbers, growText } from './grow.ts';
import { withValid } from './validity.ts';

const FLOATS = [Float64Array, Float32Array] as const;
const INTEGERS = [Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array] as const;

/** The values of a column of a number type that we use; half floats are not: Arrow's reader gives them as 16-bit integers. */
const numbersIn = ({ type, values }: Data): Numbers | undefined => {
  const known = DataType.isFloat(type) ? FLOATS : DataType.isInt(type) ? INTEGERS : [];
  return known.some((Type) => values instanceof Type) ? (values as Numbers) : undefined;
};

/** The validity bits of one chunk; undefined if every row has a value. */
const validOf = ({ nullCount, nullBitmap }: Data): Uint8Array | undefined =>
  nullCount > 0 && nullBitmap.length > 0 ? nullBitmap : undefined;

/** A column of one chunk, without a copy; undefined if it has several, as files of other writers may. */
const asItIs = (vector: Vector): ColumnData | undefined => {
  const [data, ...others] = vector.data as Data[];
  if (data === undefined || others.length > 0 || data.offset !== 0) return undefined;
  const valid = validOf(data);
  if (DataType.isDictionary(data.type) && data.values instanceof Int32Array) {
    const names = Array.from(data.dictionary ?? [], String);
    if (new Set(names).size === names.length)
      return withValid<ColumnData>({ kind: 'text', codes: data.values, names }, valid);
  }
  const values = numbersIn(data);
  return values === undefined ? undefined : withValid<ColumnData>({ kind: 'number', values }, valid);
};

/** 64-bit integers: as float64, with the exact values beside them. */
const asCounters = (vector: Vector): ColumnData => {
  const grown = growNumbers(Float64Array);
  const exact = new BigUint64Array(vector.length);
  let beyond = false;
  for (let i = 0; i < vector.length; i++) {
    const value = vector.get(i) as bigint | null;
    grown.push(value === null ? undefined : Number(value));
    exact[i] = bitsOf(value ?? 0n);
    if (value !== null && !Number.isSafeInteger(Number(value))) beyond = true;
  }
  return beyond ? { ...grown.column(), exact } : grown.column();
};

const asText = (vector: Vector): ColumnData => {
  const grown = growText();
  for (let i = 0; i < vector.length; i++) {
    const value: unknown = vector.get(i);
    grown.push(typeof value === 'string' ? value : undefined);
  }
  return grown.column();
};

const asNumbers = (vector: Vector): ColumnData => {
  const grown = growNumbers();
  for (let i = 0; i < vector.length; i++) {
    const value: unknown = vector.get(i);
    grown.push(value === null || value === undefined ? undefined : Number(value));
  }
  return grown.column();
};

const isPlainText = (type: DataType): boolean => DataType.isUtf8(type) || DataType.isLargeUtf8(type);
const isText = (type: DataType): boolean =>
  isPlainText(type) || (DataType.isDictionary(type) && isPlainText(type.dictionary as DataType));

/** The column of an Arrow vector; undefined if it holds neither numbers nor text. */
const columnOf = (vector: Vector): ColumnData | undefined => {
  const type = vector.type as DataType;
  if (DataType.isInt(type) && type.bitWidth === 64) return asCounters(vector);
  const kept = asItIs(vector);
  if (kept !== undefined) return kept;
  if (isText(type)) return asText(vector);
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type) ? asNumbers(vector) : undefined;
};

/** An Arrow file as a table, and its schema's metadata; columns that hold neither numbers nor text are left out. */
export const tableFromArrow = (
  bytes: Uint8Array,
): { readonly table: Table; readonly metadata: ReadonlyMap<string, string> } => {
  const arrow = tableFromIPC(bytes);
  const columns = arrow.schema.fields.flatMap((field, i) => {
    const vector = arrow.getChildAt(i);
    const column = vector === null ? undefined : columnOf(vector);
    return column === undefined ? [] : [[field.name, column, docFromText(field.metadata)] as const];
  });
  return {
    table: {
      size: arrow.numRows,
      data: Object.fromEntries(columns.map(([name, column]) => [name, column])),
      docs: Object.fromEntries(columns.map(([name, , doc]) => [name, doc])),
    },
    metadata: arrow.schema.metadata,
  };
};
