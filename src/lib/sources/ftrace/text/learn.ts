import type { Piece, Shape } from './shape.ts';

/** The name before a value: 'prev_pid=', and in system calls 'filename: '. */
const KEYS = { equals: /(?<=^|[\s,([{])([A-Za-z_][\w.]*)=/g, colon: /(?<=^|, )([a-z_]\w*): /g } as const;

/** How the values of an event are written. */
export type Writing = keyof typeof KEYS;

/** A message cut at its names: what stands before the first, and after each one. */
interface Cut {
  readonly names: readonly string[];
  readonly signs: readonly string[];
  readonly between: readonly string[];
}

const cut = (message: string, writing: Writing): Cut => {
  const found = [...message.matchAll(KEYS[writing])];
  const ends = found.map(({ index, 0: sign }) => index + sign.length);
  return {
    names: found.map(([, name = '']) => name),
    signs: found.map(([sign]) => sign),
    between: [0, ...ends].map((from, i) => message.slice(from, found[i]?.index)),
  };
};

/** Hexadecimal without 0x may look like a decimal number, but one of so many digits is no count. */
const INTEGER = /^(?:0x[0-9a-f]{1,16}|-?(?:0|0{0,3}[1-9]\d{0,19}|0{2,3}))(?![\w.:-])/i;
/** What stands between a text and the next name: ' ', ' ==> ', '] ', ', '. */
const SEPARATOR = /(?:[\])};,]*(?:\s+[^\w\s"']+)*\s+[[({]*|,|[[({])$/;

const isSame = (texts: readonly string[]): boolean => texts.every((text) => text === texts[0]);

/** The text after a number, if all these values are numbers and the same text follows each. */
const afterNumber = (values: readonly string[]): string | undefined => {
  const numbers = values.map((value) => INTEGER.exec(value)?.[0]);
  if (numbers.includes(undefined)) return undefined;
  const rests = values.map((value, i) => value.slice(numbers[i]?.length));
  return isSame(rests) ? rests[0] : undefined;
};

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };

/** The text that ends every value before the next name; after the last one, what closes a bracket opened before its name. */
const afterText = (values: readonly string[], opened: string | undefined): string => {
  if (opened !== undefined) {
    const closing = CLOSING[/[[({](?=[^[({\])}]*$)/.exec(opened)?.[0] ?? ''] ?? '';
    return values.every((value) => value.endsWith(closing)) ? closing : '';
  }
  const found = values.map((value) => SEPARATOR.exec(value)?.[0] ?? '');
  return found.reduce((least, each) => (each.length < least.length ? each : least));
};

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** The shape of messages that have the same names. */
const shapeOf = (cuts: readonly Cut[], message: string): Shape | undefined => {
  const [first] = cuts;
  if (first === undefined || first.names.length === 0) return undefined;
  const pieces: Piece[] = [];
  let before = '';
  const heads = cuts.map(({ between }) => between[0] ?? '');
  if (isSame(heads)) before = heads[0] ?? '';
  else {
    pieces.push({ name: message, literal: bytesOf(''), isNumber: false });
    before = afterText(heads, undefined);
  }
  first.names.forEach((name, i) => {
    const literal = before + (first.signs[i] ?? '');
    const values = cuts.map(({ between }) => between[i + 1] ?? '');
    const number = afterNumber(values);
    pieces.push({ name, literal: bytesOf(literal), isNumber: number !== undefined });
    before = number ?? afterText(values, i === first.names.length - 1 ? before : undefined);
  });
  // Without a text between them, nothing says where the first of two values ends.
  const isClear = pieces.every(({ literal }, i) => i === 0 || literal.length > 0);
  return isClear ? { pieces, tail: bytesOf(before) } : undefined;
};

/**
 * The shape that most of these messages of one event have, by the names of their values; undefined if they name none. A thread's
 * name may look like a further value: what few messages have is no field. `message`: the name of the text before the first value.
 */
export const learn = (messages: readonly string[], writing: Writing, message: string): Shape | undefined => {
  const byNames = Map.groupBy(
    messages.map((each) => cut(each, writing)),
    ({ names }) => names.join(),
  );
  const [most] = [...byNames.values()].sort((a, b) => b.length - a.length);
  return shapeOf(most ?? [], message);
};
