import {
  Dictionary,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int8,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Uint16,
  Uint32,
  Uint8,
  Utf8,
  vectorFromArray,
  type Data,
  type DataType,
} from 'apache-arrow';
import type { ColumnData, ColumnDoc, Numbers, Table } from './column.ts';
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

/** The column's own memory under Arrow's names; text is a dictionary there as here. */
const dataOf = (column: ColumnData, size: number): Data => {
  const nulls =
    column.valid === undefined
      ? { nullCount: 0 }
      : { nullCount: size - countValid(column.valid, size), nullBitmap: column.valid };
  if (column.kind === 'number') {
    const data = column.values.subarray(0, size);
    return makeData<Float64>({
      type: typeOf(data) as unknown as Float64,
      length: size,
      data: data as Float64Array,
      ...nulls,
    });
  }
  const indices = Int32Array.from(column.codes.subarray(0, size));
  const dictionary = vectorFromArray(column.names.length === 0 ? [''] : column.names, new Utf8());
  const type = new Dictionary(new Utf8(), new Int32());
  return makeData<Dictionary<Utf8, Int32>>({ type, length: size, data: indices, dictionary, ...nulls });
};

/** What the declaration says, for readers that keep Arrow's field metadata. */
const metadata = ({ unit, doc, clock, ref, counter }: ColumnDoc): Map<string, string> =>
  new Map(
    Object.entries({ unit, doc, clock, ref, counter: counter && 'true' }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );

/** An Arrow IPC stream of the table: absent is null, text is dictionary-coded, unit and doc are field metadata. */
export const arrowOf = (table: Table): Uint8Array => {
  const names = Object.keys(table.data);
  const children = Object.values(table.data).map((column) => dataOf(column, table.size));
  const fields = names.map((name, i) => {
    const type = children[i]?.type as DataType;
    return new Field(name, type, true, metadata(table.docs[name] ?? { unit: '', doc: '' }));
  });
  const struct = makeData({ type: new Struct(fields), length: table.size, nullCount: 0, children });
  const writer = RecordBatchStreamWriter.writeAll([new RecordBatch(new Schema(fields), struct)]);
  return writer.toUint8Array(true);
};
