import { FridayError } from '../errors.ts';
import type { Codes, ColumnData, ColumnDoc, NumberColumn, Numbers, Table, TextColumn } from './column.ts';

/** A number column that grows. `undefined` and NaN are absent. */
export interface NumberGrower {
  readonly kind: 'number';
  readonly size: number;
  push(value: number | undefined): void;
  /** The values so far, as a view of the grower's memory; later pushes do not change it. */
  column(): NumberColumn;
}

/** A text column that grows. `undefined` is absent. */
export interface TextGrower {
  readonly kind: 'text';
  readonly size: number;
  push(value: string | undefined): void;
  /** The code of a name, for `pushCode`: this saves the look-up per row. */
  code(name: string): number;
  pushCode(code: number): void;
  column(): TextColumn;
}

/** A table that grows by rows. */
export interface TableGrower {
  readonly size: number;
  /** Appends a row; a column that the row does not name is absent there. Throws 'internal' on a name without a doc. */
  push(row: Readonly<Record<string, number | string | undefined>>): void;
  /** The rows so far; later pushes do not change it. */
  table(): Table;
}

/** Array types from narrow to wide: a column starts with the first and moves on when a value does not fit. */
const LADDER = [Uint8Array, Uint16Array, Int32Array, Float64Array] as const;
const START = 64;

/** Bitmap of a growing column: nothing is stored until the first absent value. */
const growBits = () => {
  let bits: Uint8Array | undefined;
  return {
    /** Marks row `i`; rows come in order. */
    mark(i: number, present: boolean, capacity: number): void {
      if (bits === undefined) {
        if (present) return;
        bits = new Uint8Array((capacity + 7) >> 3).fill(255, 0, i >> 3);
        bits[i >> 3] = (1 << (i & 7)) - 1;
        return;
      }
      if (i >> 3 >= bits.length) {
        const wider = new Uint8Array(Math.max(bits.length * 2, (capacity + 7) >> 3));
        wider.set(bits);
        bits = wider;
      }
      if (present) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
    },
    /** A copy: the last byte is still being written. */
    valid: (size: number): Uint8Array | undefined => bits?.slice(0, (size + 7) >> 3),
  };
};

/**
 * Grows a number column in the narrowest of Uint8, Uint16, Int32 and Float64 that holds all values exactly; give
 * `Type` to fix it (values are then stored as that array stores them).
 */
export const growNumbers = (Type?: new (length: number) => Numbers): NumberGrower => {
  let step = 0;
  let values: Numbers = new (Type ?? LADDER[0])(START);
  let size = 0;
  const bits = growBits();
  const move = (next: new (length: number) => Numbers, length: number): void => {
    const old = values;
    values = new next(length);
    values.set(old);
  };
  const widen = (value: number): void => {
    while (values[size] !== value && step < LADDER.length - 1) {
      step++;
      move(LADDER[step] ?? Float64Array, values.length);
      values[size] = value;
    }
  };
  return {
    kind: 'number',
    get size() {
      return size;
    },
    push(value) {
      if (size === values.length) move(Type ?? LADDER[step] ?? Float64Array, size * 2);
      const present = value !== undefined && value === value;
      if (present) {
        values[size] = value;
        if (Type === undefined && values[size] !== value) widen(value);
      }
      bits.mark(size, present, values.length);
      size++;
    },
    column() {
      const valid = bits.valid(size);
      const column = { kind: 'number', values: values.subarray(0, size) } as const;
      return valid === undefined ? column : { ...column, valid };
    },
  };
};

/** Grows a text column by dictionary; codes widen from 8 to 16 to 32 bits as names come. */
export const growText = (): TextGrower => {
  const codes = growNumbers();
  const names: string[] = [];
  const known = new Map<string, number>();
  const code = (name: string): number => {
    let found = known.get(name);
    if (found === undefined) {
      found = names.push(name) - 1;
      known.set(name, found);
    }
    return found;
  };
  return {
    kind: 'text',
    get size() {
      return codes.size;
    },
    push(value) {
      codes.push(value === undefined ? undefined : code(value));
    },
    code,
    pushCode(value) {
      codes.push(value);
    },
    column() {
      const { values, valid } = codes.column();
      const column = { kind: 'text', codes: values as Codes, names: names.slice() } as const;
      return valid === undefined ? column : { ...column, valid };
    },
  };
};

const wrongType = (name: string, kind: string, value: unknown): never => {
  throw new FridayError('internal', `column ${name}: expected ${kind} as in the rows before, got ${typeof value}`, {
    next: 'This is a bug in a decoder, which mixes types in one column: report it with the recording.',
  });
};

/** One column of a growing table: its first value decides its type; without values its unit does ('' is text). */
const growColumn = (name: string, doc: ColumnDoc) => {
  let grower: NumberGrower | TextGrower | undefined;
  let size = 0;
  const start = (text: boolean): NumberGrower | TextGrower => {
    const begun = text ? growText() : growNumbers();
    for (let i = 0; i < size; i++) begun.push(undefined);
    return begun;
  };
  return {
    push(value: number | string | undefined): void {
      if (value !== undefined) grower ??= start(typeof value === 'string');
      if (grower?.kind === 'text') {
        grower.push(typeof value === 'number' ? wrongType(name, 'text', value) : value);
      } else grower?.push(typeof value === 'string' ? wrongType(name, 'a number', value) : value);
      size++;
    },
    column: (): ColumnData => (grower ?? start(doc.unit === '')).column(),
  };
};

/** Grows a table whose columns are those of `docs`, in their order. */
export const growTable = (docs: Readonly<Record<string, ColumnDoc>>): TableGrower => {
  const columns = Object.entries(docs).map(([name, doc]) => [name, growColumn(name, doc)] as const);
  let size = 0;
  return {
    get size() {
      return size;
    },
    push(row) {
      for (const name in row) if (!(name in docs)) undocumented(name);
      for (const [name, column] of columns) column.push(row[name]);
      size++;
    },
    table: () => ({ size, docs, data: Object.fromEntries(columns.map(([name, column]) => [name, column.column()])) }),
  };
};

const undocumented = (name: string): never => {
  throw new FridayError('internal', `row: expected only documented columns, got ${JSON.stringify(name)}`, {
    next: 'Add the column with its unit and doc to the source.',
  });
};
