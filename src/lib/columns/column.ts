/** What a column's values identify; completion and joins use it. */
export type Ref = 'pid' | 'tid' | 'cgroup' | 'netns' | 'device' | 'peer' | 'cpu' | 'gpu' | 'stack';

/** A column's declaration, written beside its decoder: axis titles, table heads, rates and docs/columns.md use it. */
export interface ColumnDoc {
  /** 's', 'B', '1' (a fraction), 'count', 'Hz', 'id' (a number that only names something) ...; '' for text. */
  readonly unit: string;
  readonly doc: string;
  /** The clock a time column counts on. */
  readonly clock?: 'monotonic' | 'boottime' | 'realtime';
  /** Identifies a series, alone or with other keys: rates are computed per series. */
  readonly key?: true;
  /** Only grows, except for a wrap or reset: `rates` turns it into a rate per second. */
  readonly counter?: true;
  /**
   * The value, in the column's unit, at which a counter wraps to 0; default 2^32 (2^32 ms if the unit is 's'). Needed if the
   * kernel's 32-bit counter is multiplied: sectors to bytes, 512 * 2 ** 32.
   */
  readonly wrap?: number;
  /** The row is an interval: it begins at the time column (`t`), and this column is its length. */
  readonly span?: true;
  /** In a histogram, the column with the bucket's upper edge; this column has the lower edge, `count` the number of events. */
  readonly high?: string;
  /** Set on joined columns: the column `pause.length` of an answer joined as `pause` has `within: ['pause']`. */
  readonly within?: readonly string[];
  readonly ref?: Ref;
  /** The title on axes, legends and table heads, if the name is not clear enough: '1-minute load'. */
  readonly title?: string;
  /**
   * How a table draws it: 'verdict' as a coloured word with a shape; 'hover' only while the pointer is over the row;
   * 'below' as a column if there is room, else under the column before it.
   */
  readonly role?: 'verdict' | 'hover' | 'below';
  /** What flame graphs add up, in seconds: set if rows are not samples. */
  readonly weight?: true;
}

/** Columns by name, in their order. */
export type ColumnDocs = Readonly<Record<string, ColumnDoc>>;

export type Numbers =
  Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;
export type Codes = Uint8Array | Uint16Array | Uint32Array | Int32Array;

/** Bit i (byte i >> 3, bit i & 7, least significant first, as Arrow has it) is 1 where row i has a value. */
export type Validity = Uint8Array;

export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Numbers;
  readonly valid?: Validity;
  /** 64 bits of each value (exactAt() reads them), present only if one of them is beyond 2 ** 53: rates are computed from these. */
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
  if (table.size > 0) return table;
  const missing = Object.entries(table.docs).filter(([name]) => !Object.hasOwn(table.data, name));
  if (missing.length === 0) return table;
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
