import {
  Dictionary,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  vectorFromArray,
  type Data,
  type DataType,
} from 'apache-arrow';
import type { ColumnData, NumberColumn, Numbers, Table, TextColumn } from './column.ts';
import { docText } from './arrow-docs.ts';
import { isValid } from './column.ts';
import { countValid } from './validity.ts';

const typeOf = (values: Numbers) => {
  if (values instanceof Float64Array) return new Float64();
  if (values instanceof Float32Array) return new Float32();
  if (values instanceof Int32Array) return new Int32();
  if (values instanceof Uint32Array) return new Uint32();
  if (values instanceof Int16Array) return new Int16();
  if (values instanceof Uint16Array) return new Uint16();
  return values instanceof Int8Array ? new Int8() : new Uint8();
};

const nullsOf = ({ valid }: ColumnData, size: number) =>
  valid === undefined ? { nullCount: 0 } : { nullCount: size - countValid(valid, size), nullBitmap: valid };

/** Whether one value is negative, and whether one is too large for a signed integer of 64 bits. */
const signsOf = ({ values, exact }: NumberColumn, size: number): { negative: boolean; large: boolean } => {
  let [negative, large] = [false, false];
  for (let i = 0; i < size; i++) {
    if ((values[i] ?? 0) < 0) negative = true;
    else if ((exact?.[i] ?? 0n) >= 1n << 63n) large = true;
  }
  return { negative, large };
};

/** All digits of numbers beyond 2^53; undefined if neither 64-bit type holds the whole column. */
const exactData = (column: NumberColumn, length: number, nulls: ReturnType<typeof nullsOf>): Data | undefined => {
  const data = column.exact?.subarray(0, length);
  if (data === undefined) return undefined;
  const { negative, large } = signsOf(column, length);
  if (!negative) return makeData<Uint64>({ type: new Uint64(), length, data, ...nulls });
  if (large) return undefined;
  const signed = new BigInt64Array(data.buffer, data.byteOffset, length);
  return makeData<Int64>({ type: new Int64(), length, data: signed, ...nulls });
};

/** The column's own memory; numbers beyond 2^53 as 64-bit integers if they fit, so that all digits are kept. */
const numberData = (column: NumberColumn, size: number): Data => {
  const nulls = nullsOf(column, size);
  const exact = exactData(column, size, nulls);
  if (exact !== undefined) return exact;
  const data = column.values.subarray(0, size);
  const type = typeOf(data) as unknown as Float64;
  return makeData<Float64>({ type, length: size, data: data as Float64Array, ...nulls });
};

/** Codes and names of the rows that exist: names that only removed rows had are not written. */
const usedNames = ({ codes, names, valid }: TextColumn, size: number) => {
  const place = new Int32Array(names.length).fill(-1);
  const used: string[] = [];
  const indices = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const code = codes[i] as number;
    if (!isValid(valid, i) || code >= names.length) continue;
    if (place[code] === -1) place[code] = used.push(names[code] as string) - 1;
    indices[i] = place[code] as number;
  }
  return { used, indices };
};

const textData = (column: TextColumn, size: number): Data => {
  const { used, indices } = usedNames(column, size);
  const dictionary = vectorFromArray(used.length === 0 ? [''] : used, new Utf8());
  const type = new Dictionary(new Utf8(), new Int32());
  return makeData<Dictionary<Utf8, Int32>>({ type, length: size, data: indices, dictionary, ...nullsOf(column, size) });
};

const dataOf = (column: ColumnData, size: number): Data =>
  column.kind === 'number' ? numberData(column, size) : textData(column, size);

/**
 * An Arrow IPC file (Feather V2) of the table: absent is null, text is dictionary-coded, each column's declaration is
 * its field's metadata (`unit`, `doc` ...), and `metadata` that of the schema.
 * https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
 */
export const arrowOf = (table: Table, metadata: ReadonlyMap<string, string> = new Map()): Uint8Array => {
  const names = Object.keys(table.data);
  const children = Object.values(table.data).map((column) => dataOf(column, table.size));
  const fields = names.map((name, i) => {
    const metadata = docText(table.docs[name] ?? { unit: '', doc: '' });
    return new Field(name, children[i]?.type as DataType, true, metadata);
  });
  const struct = makeData({ type: new Struct(fields), length: table.size, nullCount: 0, children });
  const schema = new Schema(fields, new Map(metadata));
  return RecordBatchFileWriter.writeAll([new RecordBatch(schema, struct)]).toUint8Array(true);
};
