import type { ByteNames } from '../byte-names.ts';
import { newNames } from '../byte-names.ts';
import { FridayError } from '../errors.ts';
import type { FileSample } from '../sources/source.ts';

const NEWLINE = 10;
const SPACE = 32;
const ABSENT = 45; // '-'
const UNREADABLE = 33; // '!'
const REST = 61; // '='
const text = new TextDecoder('utf-8', { fatal: false });
const encode = new TextEncoder();

export interface Entries {
  readonly files: FileSample[];
  readonly gone: string[];
}

const bad = (at: number, line: string): FridayError =>
  new FridayError('recording', `sample: expected an entry "PATH-LENGTH LENGTH" at byte ${at}`, {
    next: 'The recording is damaged here. List every damaged sample: fbf verify FOLDER',
    seen: line.slice(0, 80),
  });

/** A number, and the offset behind its digits. */
interface Digits {
  at: number;
  value: number;
}

const digits = (payload: Uint8Array, into: Digits): boolean => {
  const start = into.at;
  into.value = 0;
  for (; into.at < payload.length; into.at++) {
    const digit = (payload[into.at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    into.value = into.value * 10 + digit;
  }
  return into.at > start;
};

export interface ReadOptions {
  readonly names?: ByteNames;
  /** Stop before the unchanged files of a keyframe, when the reader already has the sample before. */
  readonly changesOnly?: boolean;
  /** Only files whose paths end in one of these ('/stat'); removed files are always returned. */
  readonly only?: readonly string[] | undefined;
}

const endsIn = (payload: Uint8Array, to: number, long: number, ends: readonly string[]): boolean => {
  for (const end of ends) {
    let i = end.length;
    if (i > long) continue;
    while (i > 0 && payload[to - end.length + i - 1] === end.charCodeAt(i - 1)) i--;
    if (i === 0) return true;
  }
  return false;
};

/**
 * Reads the files of one sample; the format is the same on the wire and in segments. An entry is a line with two
 * lengths, then path and content: `15 52\n/proc/4711/stat4711 (...`. Instead of the second length, `-` means that the
 * file was removed, and `!12` that it could not be read, with a reason of that length. In a keyframe the line `0 =`
 * precedes the files that have not changed since the sample before. Lengths are used instead of delimiters because
 * content may hold any byte.
 */
export const readEntries = (
  payload: Uint8Array,
  { names = newNames(), changesOnly = false, only }: ReadOptions = {},
): Entries => {
  const entries: Entries = { files: [], gone: [] };
  const place: Digits = { at: 0, value: 0 };
  while (place.at < payload.length) {
    const more = readEntry(payload, place, entries, { names, only });
    if (!more && changesOnly) break;
  }
  return entries;
};

/** Reads one entry; false if it was the line before the unchanged files. */
const readEntry = (
  payload: Uint8Array,
  place: Digits,
  { files, gone }: Entries,
  { names, only }: { readonly names: ByteNames; readonly only: readonly string[] | undefined },
): boolean => {
  const start = place.at;
  const fail = (): never => {
    throw bad(start, text.decode(payload.subarray(start, start + 80)));
  };
  if (!digits(payload, place) || payload[place.at] !== SPACE) fail();
  const long = place.value;
  const kind = payload[++place.at];
  if (kind === ABSENT || kind === UNREADABLE || kind === REST) place.at++;
  const sized = digits(payload, place);
  if (payload[place.at] !== NEWLINE || sized === (kind === ABSENT || kind === REST)) fail();
  const from = place.at + 1 + long;
  place.at = sized ? from + place.value : from;
  if (place.at > payload.length) fail();
  if (kind === REST) return false;
  if (only && kind !== ABSENT && !endsIn(payload, from, long, only)) return true;
  const path = names(payload, from - long, from);
  if (kind === ABSENT) gone.push(path);
  else if (kind === UNREADABLE)
    files.push({ path, bytes: undefined, why: text.decode(payload.subarray(from, place.at)) });
  else files.push({ path, bytes: payload.subarray(from, place.at) });
  return true;
};

/** The line before the unchanged files of a keyframe. */
export const restFollows: Uint8Array = encode.encode('0 =\n');

/** Writes the format that `readEntries` reads. */
export const writeEntries = (files: readonly FileSample[], gone: readonly string[]): Uint8Array => {
  const parts: Uint8Array[] = [];
  for (const path of gone) {
    const name = encode.encode(path);
    parts.push(encode.encode(`${name.length} -\n`), name);
  }
  for (const { path, bytes, why } of files) {
    const name = encode.encode(path);
    const content = bytes ?? encode.encode(why ?? 'unreadable');
    parts.push(encode.encode(`${name.length} ${bytes ? '' : '!'}${content.length}\n`), name, content);
  }
  return joinBytes(parts);
};

/** Joins byte arrays. */
export const joinBytes = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
