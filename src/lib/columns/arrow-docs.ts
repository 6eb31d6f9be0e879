import type { ColumnDoc } from './column.ts';

/** How each part of a column's declaration is written as text; a part that is missing here does not compile. */
const KINDS = {
  unit: 'text',
  doc: 'text',
  clock: 'text',
  key: 'flag',
  counter: 'flag',
  wrap: 'json',
  span: 'flag',
  high: 'text',
  within: 'json',
  ref: 'text',
  title: 'text',
  role: 'text',
  weight: 'flag',
} as const satisfies { readonly [K in keyof ColumnDoc]-?: 'text' | 'flag' | 'json' };

type Part = keyof typeof KINDS;

/** A column's declaration as the metadata of an Arrow field: all keys and values there are text. */
export const docText = (doc: ColumnDoc): Map<string, string> =>
  new Map(
    Object.entries(doc)
      .filter(([part, value]) => part in KINDS && value !== undefined)
      .map(([part, value]) => [part, KINDS[part as Part] === 'json' ? JSON.stringify(value) : String(value)]),
  );

const read = (part: Part, text: string): unknown => {
  if (KINDS[part] === 'json') return JSON.parse(text);
  return KINDS[part] === 'flag' ? true : text;
};

/** A column's declaration from the metadata of an Arrow field. */
export const docFromText = (metadata: ReadonlyMap<string, string>): ColumnDoc => ({
  unit: '',
  doc: '',
  ...Object.fromEntries(
    Object.keys(KINDS).flatMap((part) => {
      const text = metadata.get(part);
      return text === undefined ? [] : [[part, read(part as Part, text)]];
    }),
  ),
});
