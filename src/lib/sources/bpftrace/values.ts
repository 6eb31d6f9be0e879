import type { Place, PrintedRow } from './printed.ts';

/** A value of any type that bpftrace prints: numbers, texts, tuples and arrays (lists), records. */
export type Value = number | bigint | string | readonly Value[] | { readonly [field: string]: Value };

/** Deeper values are kept as text. */
const DEEPEST = 64;

/** An exact integer; undefined for any other text. Pointers are hexadecimal in text output and decimal in JSON. */
export const wholeNumber = (text: string): number | bigint | undefined => {
  if (!/^(?:-?\d{1,20}|0x[0-9a-f]{1,16})$/.test(text)) return undefined;
  const near = Number(text);
  return Number.isSafeInteger(near) ? near : BigInt(text);
};

/** The value of a text: `5`, `(1, text, (4, 5))`, `[1,2]`, `{ .m = 2, .n = [3] }`; else the text itself. */
export const valueOf = (text: string, depth = 0): Value => {
  const number = wholeNumber(text) ?? (/^-?\d{1,15}\.\d{1,15}$/.test(text) ? Number(text) : undefined);
  if (number !== undefined) return number;
  if (depth > DEEPEST) return text;
  const inner = text.slice(1, -1);
  if (text.startsWith('(') && text.endsWith(')')) return tupleOf(inner, depth) ?? text;
  if (text.startsWith('[') && text.endsWith(']')) return arrayOf(inner, depth) ?? text;
  if (text.startsWith('{ .') && text.endsWith(' }')) return recordOf(inner.slice(1, -1), depth) ?? text;
  return text;
};

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Splits at separators outside brackets; undefined if brackets do not match. */
const partsOf = (text: string, separator: string): string[] | undefined => {
  const parts: string[] = [];
  const open: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    const closing = CLOSING[c];
    if (closing !== undefined) open.push(closing);
    else if (c === open.at(-1)) open.pop();
    else if (c === ')' || c === ']' || c === '}') return undefined;
    else if (open.length === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(from, i));
      from = i + separator.length;
      i = from - 1;
    }
  }
  return open.length > 0 ? undefined : [...parts, text.slice(from)];
};

/** A single text in parentheses, as in "(deleted)", is a text. */
const tupleOf = (text: string, depth: number): Value | undefined => {
  const parts = partsOf(text, ', ');
  return parts === undefined || parts.length < 2 ? undefined : parts.map((part) => valueOf(part, depth + 1));
};

/** A text in brackets, as in "[kernel]", is a text: arrays hold only numbers, arrays and records. */
const arrayOf = (text: string, depth: number): Value | undefined => {
  const values = partsOf(text, ',')?.map((part) => valueOf(part, depth + 1));
  return values?.every((value) => typeof value !== 'string') === true ? values : undefined;
};

const recordOf = (text: string, depth: number): Value | undefined => {
  const parts = partsOf(text, ', ')?.map((part) => /^\.(\w+) = (.*)$/s.exec(part));
  if (parts === undefined) return undefined;
  const fields: [string, Value][] = [];
  for (const part of parts) {
    if (part === null) return undefined;
    fields.push([part[1] ?? '', valueOf(part[2] ?? '', depth + 1)]);
  }
  return Object.fromEntries(fields);
};

export const isRecord = (value: Value): value is { readonly [field: string]: Value } =>
  typeof value === 'object' && !Array.isArray(value);

/** Whether a record has the fields that stats() prints. */
export const isStats = (value: Value): boolean =>
  isRecord(value) &&
  Object.keys(value).length === 3 &&
  ['count', 'average', 'total'].every((field) => typeof value[field] === 'number' || typeof value[field] === 'bigint');

/** One row per number or text of a value; `field` is its path: 'count', '2', 'd.0'. */
export const rowsOfValue = function* (place: Place, value: Value): Generator<PrintedRow> {
  const kind = isStats(value) ? 'stats' : 'value';
  for (const [field, leaf] of leavesOf(value, undefined, 0)) {
    const row = { ...place, kind, field } as const;
    yield typeof leaf === 'string' ? { ...row, text: stackText(leaf) } : { ...row, value: leaf };
  }
};

const leavesOf = function* (
  value: Value,
  field: string | undefined,
  depth: number,
): Generator<[string | undefined, number | bigint | string]> {
  if (typeof value !== 'object') {
    yield [field, value];
    return;
  }
  const parts = Object.entries(value);
  if (parts.length === 0) yield [field, Array.isArray(value) ? '[]' : '{}'];
  else if (depth > DEEPEST) yield [field, JSON.stringify(value, (_, each: unknown) => String(each))];
  else
    for (const [name, each] of parts) yield* leavesOf(each, field === undefined ? name : `${field}.${name}`, depth + 1);
};

/** The frames of a stack, innermost first, joined by ";"; any other text is unchanged. */
const stackText = (text: string): string =>
  /^\n *\S/.test(text)
    ? text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(';')
    : text;
