import type { Codes, Numbers, Validity } from '../columns/column.ts';

/** The joined row of row `i`; undefined if nothing matched. */
export type Below = (i: number) => object | undefined;

/** One property of a row, and the source of its value. */
export type Part =
  | { readonly name: string; readonly values: Numbers; readonly valid: Validity | undefined }
  | {
      readonly name: string;
      readonly values: Codes;
      readonly names: readonly string[];
      readonly valid: Validity | undefined;
    }
  | { readonly name: string; readonly below: Below };

/** A class of rows: `new` makes one over columns, `at` moves it to another row. */
interface RowClass {
  new (parts: readonly Part[]): object;
  at(row: object, i: number): object;
}

const bodyOf = (part: Part, k: number): string => {
  if ('below' in part) return `return this.#below${k}(this.#i);`;
  const value = 'names' in part ? `this.#names${k}[this.#values${k}[this.#i]]` : `this.#values${k}[this.#i]`;
  if (part.valid === undefined) return `return ${value};`;
  return `return (this.#valid${k}[this.#i >> 3] & (1 << (this.#i & 7))) !== 0 ? ${value} : undefined;`;
};

const sourceOf = (parts: readonly Part[]): string => `return class Row {
  #i = 0;
  ${parts.map((_, k) => `#values${k}; #names${k}; #valid${k}; #below${k};`).join(' ')}
  constructor(parts) {
    ${parts.map((_, k) => `({ values: this.#values${k}, names: this.#names${k}, valid: this.#valid${k}, below: this.#below${k} } = parts[${k}]);`).join('\n    ')}
  }
  static at(row, i) { row.#i = i; return row; }
  ${parts.map((part, k) => `get [${JSON.stringify(part.name)}]() { ${bodyOf(part, k)} }`).join('\n  ')}
}`;

const kindOf = (part: Part): string =>
  'below' in part
    ? 'below'
    : `${part.values.constructor.name}${'names' in part ? ' text' : ''}${part.valid ? ' ?' : ''}`;

/** Classes by their properties and types; bounded, since a notebook can make new columns without end. */
const known = new Map<string, RowClass>();
const MOST = 500;

// Generated, one class per set of types, so that V8 compiles a cell's closure for one class: with getters defined one by one
// they share type feedback, and 10 M rows take five times as long (1,000 instead of 200 ms).
/** The class of rows with these properties, each read from its column when it is asked for. */
export const rowClass = (parts: readonly Part[]): RowClass => {
  const key = JSON.stringify(parts.map((part) => [part.name, kindOf(part)]));
  let found = known.get(key);
  if (found === undefined) {
    if (known.size >= MOST) known.clear();
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- names appear in it only as JSON
    const make = new Function(sourceOf(parts)) as () => RowClass;
    found = make();
    known.set(key, found);
  }
  return found;
};
