import { FridayError } from '../errors.ts';
import type { FileSample } from '../sources/source.ts';

const NEWLINE = 10;
const text = new TextDecoder('utf-8', { fatal: false });
const encode = new TextEncoder();

export interface Entries {
  readonly files: FileSample[];
  readonly gone: string[];
}

const bad = (at: number, line: string): FridayError =>
  new FridayError('recording', `sample: expected an entry "<path bytes> <bytes>" at byte ${at}`, {
    next: 'The recording is damaged from here on: fbf verify names every damaged sample.',
    seen: line.slice(0, 80),
  });

/**
 * The files of one sample as bytes, on the wire and in segments alike. An entry is a line of two numbers, the path and
 * the content, each as long as the line says: `18 52\n/proc/4711/...`. `-` in place of the second number: the file went
 * away; `!12`: it could not be read, and the reason follows. Lengths, not delimiters: content may hold anything.
 */
export const readEntries = (payload: Uint8Array): Entries => {
  const entries: Entries = { files: [], gone: [] };
  let at = 0;
  while (at < payload.length) at = readEntry(payload, at, entries);
  return entries;
};

const readEntry = (payload: Uint8Array, start: number, { files, gone }: Entries): number => {
  let at = start;
  let long = 0;
  for (; at < payload.length; at++) {
    const digit = (payload[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    long = long * 10 + digit;
  }
  if (payload[at] !== 32 || at === start) throw bad(start, text.decode(payload.subarray(start, start + 80)));
  const end = payload.indexOf(NEWLINE, at);
  const size = end < 0 ? '' : text.decode(payload.subarray(at + 1, end));
  const path = text.decode(payload.subarray(end + 1, end + 1 + long));
  if (size === '-') {
    gone.push(path);
    return end + 1 + long;
  }
  const missing = size.startsWith('!');
  const bytes = Number(missing ? size.slice(1) : size);
  const from = end + 1 + long;
  if (!/^!?\d+$/.test(size) || from + bytes > payload.length) throw bad(start, size);
  const content = payload.subarray(from, from + bytes);
  files.push(missing ? { path, bytes: undefined, why: text.decode(content) } : { path, bytes: content });
  return from + bytes;
};

/** The bytes that `readEntries` reads. */
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

/** One array of bytes out of many. */
export const joinBytes = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
