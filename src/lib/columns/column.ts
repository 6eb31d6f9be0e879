/** What a column refers to, so that the program can offer and join its values. */
export type Ref = 'pid' | 'tid' | 'cgroup' | 'netns' | 'device' | 'peer' | 'cpu' | 'gpu' | 'stack';

/** A column's declaration, made once beside its decoder: everything printed about the column comes from here. */
export interface ColumnDoc {
  /** 's', 'B', '1' (a fraction), 'count', 'Hz', 'id' (a number that only names something) ...; '' for text. */
  readonly unit: string;
  readonly doc: string;
  /** The clock a time column counts on. */
  readonly clock?: 'monotonic' | 'boottime' | 'realtime';
  /** Part of what tells one series from another: rates are taken within it. */
  readonly key?: true;
  /** Only ever grows (until a wrap or a reset): tables get differences of it. */
  readonly counter?: true;
  /**
   * The value, in the column's unit, at which a counter starts again from 0; 2^32 (and 2^32 ms where the unit is 's')
   * where it is not given. Give it where the kernel's 32-bit counter is multiplied: sectors to bytes, 512 * 2 ** 32.
   */
  readonly wrap?: number;
  /** The row is an interval that begins at the table's time column (`t`) and lasts as long as this column says. */
  readonly span?: true;
  /** In a histogram: the column that holds the bucket's upper edge; this one holds the lower, `count` how many fell in. */
  readonly high?: string;
  /** Came by a join, below these names: column `pause.length` of the answer joined as `pause` has `within: ['pause']`. */
  readonly within?: readonly string[];
  readonly ref?: Ref;
  /** How axes, legends and table heads name the column, where its name alone is not enough: '1-minute load'. */
  readonly title?: string;
}

export type Numbers =
  Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;
export type Codes = Uint8Array | Uint16Array | Uint32Array | Int32Array;

/** Bit i (byte i >> 3, bit i & 7, least significant first, as Arrow has it) is 1 where row i has a value. */
export type Validity = Uint8Array;

export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Numbers;
  readonly valid?: Validity;
  /** The same values without rounding, present only where one of them is above 2 ** 53: differences are taken of these. */
  readonly exact?: BigUint64Array;
}

/** Text by dictionary: row i is `names[codes[i]]`; names are distinct. */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Codes;
  readonly names: readonly string[];
  readonly valid?: Validity;
}

export type ColumnData = NumberColumn | TextColumn;

/**
 * Columns of equal length: what decoders fill and the Answer wraps. A view may be longer than `size`; rows from `size`
 * on do not exist.
 */
export interface Table {
  readonly size: number;
  readonly data: Readonly<Record<string, ColumnData>>;
  readonly docs: Readonly<Record<string, ColumnDoc>>;
}

/** The table with every declared column: one of a source that gave no rows may have none. */
export const withEveryColumn = (table: Table): Table => {
  const missing = Object.entries(table.docs).filter(([name]) => !Object.hasOwn(table.data, name));
  if (table.size > 0 || missing.length === 0) return table;
  const empty = missing.map(([name, { unit }]): [string, ColumnData] => [
    name,
    unit === '' ? { kind: 'text', codes: new Uint8Array(), names: [] } : { kind: 'number', values: new Float64Array() },
  ]);
  return { ...table, data: { ...Object.fromEntries(empty), ...table.data } };
};

/** Whether row `i` of a column has a value. */
export const isValid = (valid: Validity | undefined, i: number): boolean =>
  valid === undefined || ((valid[i >> 3] ?? 0) & (1 << (i & 7))) !== 0;

/** The value at row `i`, undefined where absent. */
export const valueAt = (column: ColumnData, i: number): number | string | undefined => {
  if (!isValid(column.valid, i)) return undefined;
  return column.kind === 'number' ? column.values[i] : column.names[column.codes[i] ?? -1];
};
