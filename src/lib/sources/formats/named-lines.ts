import { digitsInto } from './digits.ts';
import type { ReadContent } from './process-file.ts';
import type { Field } from './field.ts';
import type { Versions } from './versions.ts';

const COLON = 58;
const NEWLINE = 10;
const TAB = 9;
const SPACE = 32;

/** How one line `Name: value` becomes a value; `put` returns false if the value is malformed. */
export interface Line {
  readonly name: string;
  readonly field: Field;
  readonly put: (bytes: Uint8Array, from: number, to: number, slot: number, into: Versions) => boolean;
}

interface Known extends Line {
  readonly key: Uint8Array;
  readonly slot: number;
}

/** A number, optionally followed by ' kB'. */
export const putNumber: Line['put'] = (bytes, from, to, slot, into) => {
  const end = digitsInto(bytes, from, slot, into);
  return end === to || (end > 0 && bytes[end] === SPACE);
};

/** The rest of the line as text. */
export const putText: Line['put'] = (bytes, from, to, slot, into) => {
  into.setBytes(slot, bytes, from, to);
  return true;
};

const startsWith = (bytes: Uint8Array, at: number, key: Uint8Array): boolean => {
  for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false;
  return bytes[at + key.length] === COLON;
};

/**
 * Reads lines `Name: value`. A kernel always prints them in the same order, so each line is first compared with the
 * line that followed the previous one last time. Lookups by name are needed once per kernel rather than once per line.
 */
export const namedLines = (lines: readonly Line[], unknown: (name: string, value: string) => Line): ReadContent => {
  const known = new Map<string, Known>();
  let order: Known[] = [];

  const learn = (line: Line, into: Versions): Known => {
    const slot = into.slot(line.field.column) ?? into.addField(line.field);
    const learned: Known = { ...line, key: Buffer.from(line.name), slot };
    known.set(line.name, learned);
    return learned;
  };
  const find = (bytes: Uint8Array, at: number, to: number, into: Versions): Known | undefined => {
    const colon = bytes.indexOf(COLON, at);
    if (colon < 0 || colon >= to) return undefined;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const name = text.toString('utf8', at, colon);
    return known.get(name) ?? learn(unknown(name, text.toString('utf8', colon + 1, to).trim()), into);
  };
  return (bytes, into) => {
    if (known.size === 0) for (const line of lines) learn(line, into);
    const seen: Known[] = [];
    let wrong: string | undefined;
    for (let at = 0, n = 0; at < bytes.length; n++) {
      const end = bytes.indexOf(NEWLINE, at);
      const to = end < 0 ? bytes.length : end;
      const expected = order[n];
      const line = expected && startsWith(bytes, at, expected.key) ? expected : find(bytes, at, to, into);
      if (line) {
        let from = at + line.key.length + 1;
        while (bytes[from] === TAB || bytes[from] === SPACE) from++;
        if (!line.put(bytes, Math.min(from, to), to, line.slot, into)) wrong ??= `expected a value of ${line.name}`;
        if (line !== expected) seen[n] = line;
      } else if (to > at) wrong ??= 'expected "Name: value"';
      at = to + 1;
    }
    if (seen.length > 0) order = Object.assign(order.slice(), seen);
    return wrong;
  };
};
