import { fieldColumn, type FieldColumn } from '../../formats/printed-columns.ts';
import { columnName } from '../../formats/trace-format.ts';
import { learn, type Writing } from './learn.ts';
import { pluginValues } from './plugin-layouts.ts';
import { matches, putInteger, type Shape } from './shape.ts';

/** The values that the messages of one event name. */
export interface Fields {
  /** Takes the message of a row, rows in ascending order. */
  take(row: number, bytes: Uint8Array, from: number, to: number): void;
  /** By column name, in the order in which they were first seen. */
  columns(): ReadonlyMap<string, FieldColumn>;
}

/** What a message has besides named values, or the whole message of an event without any. */
export const MESSAGE = 'message';

/** How many messages are looked at before an event's shape is decided. */
const SAMPLES = 64;
/** Most shapes of one event: some leave out values, but few. */
const MOST_SHAPES = 8;
/** Most columns of one event: names may come from the host. */
const MOST_FIELDS = 200;

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

/** The columns by name, made when first needed. */
const newColumns = () => {
  const columns = new Map<string, FieldColumn>();
  const column = (name: string): FieldColumn => {
    const key = name === MESSAGE ? name : columnName(name);
    const known = columns.get(key);
    if (known !== undefined) return known;
    const made = fieldColumn();
    if (columns.size < MOST_FIELDS) columns.set(key, made);
    return made;
  };
  return { columns, column };
};

interface Known {
  readonly shape: Shape;
  readonly columns: readonly FieldColumn[];
}

type ColumnOf = (name: string) => FieldColumn;

const withColumns = (shape: Shape, column: ColumnOf): Known => ({
  shape,
  columns: shape.pieces.map(({ name }) => column(name)),
});

const ends: number[] = [];

const put = ({ shape, columns }: Known, row: number, bytes: Uint8Array): void => {
  for (let piece = 0; piece < columns.length; piece++) {
    const [from, to] = [ends[piece * 2] as number, ends[piece * 2 + 1] as number];
    const column = columns[piece] as FieldColumn;
    if (shape.pieces[piece]?.isNumber === true) putInteger(column, row, bytes, from, to);
    else if (to > from) column.bytes(row, bytes, from, to);
  }
};

/** Starts without messages. `event`: its name, since trace-cmd's plugins print some events in their own way. */
export const newFields = (event: string, writing: Writing): Fields => {
  const { columns, column } = newColumns();
  const known: Known[] = [];
  let waiting: { readonly row: number; readonly bytes: Uint8Array }[] | undefined = [];
  const plugin = (row: number, message: string): boolean => {
    const values = pluginValues(event, message);
    for (const [name, value] of values) column(name).cell(row, value);
    return values.length > 0;
  };
  const add = (shape: Shape | undefined): void => {
    if (shape !== undefined) known.push(withColumns(shape, column));
  };
  const byShape = (row: number, bytes: Uint8Array, from: number, to: number): boolean => {
    const found = known.find(({ shape }) => matches(shape, bytes, from, to, ends));
    if (found !== undefined) put(found, row, bytes);
    return found !== undefined;
  };
  const take = (row: number, bytes: Uint8Array, from: number, to: number): void => {
    if (byShape(row, bytes, from, to)) return;
    const message = latin1(bytes, from, to);
    if (plugin(row, message)) return;
    if (known.length < MOST_SHAPES) {
      add(learn([message], writing, MESSAGE));
      if (byShape(row, bytes, from, to)) return;
    }
    if (to > from) column(MESSAGE).bytes(row, bytes, from, to);
  };
  const decide = (rows: NonNullable<typeof waiting>): void => {
    waiting = undefined;
    const messages = rows.map(({ bytes }) => latin1(bytes, 0, bytes.length));
    add(learn(messages.filter((each) => pluginValues(event, each).length === 0), writing, MESSAGE)); // prettier-ignore
    for (const { row, bytes } of rows) take(row, bytes, 0, bytes.length);
  };
  return {
    take(row, bytes, from, to) {
      if (waiting === undefined) take(row, bytes, from, to);
      else if (waiting.push({ row, bytes: bytes.slice(from, to) }) >= SAMPLES) decide(waiting);
    },
    columns() {
      if (waiting !== undefined) decide(waiting);
      return columns;
    },
  };
};
