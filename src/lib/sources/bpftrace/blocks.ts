/** A part of a key: a text, or the frames of a stack, innermost first. */
export type KeyPart = string | readonly string[];

/** A printed map entry: its map, key and value, all as text. */
export interface Entry {
  readonly map: string;
  /** Whether the map has keys at all. */
  readonly keyed: boolean;
  readonly key: readonly KeyPart[];
  readonly value: string;
}

const START = /^(@\w*)(\[?)/;

/**
 * Parses the text of one entry, `@name[key, key]: value`, where a stack in the key has lines of its own that begin with
 * blanks; undefined for any other text.
 */
export const entryOf = (text: string): Entry | undefined => {
  const start = START.exec(text);
  if (start === null) return undefined;
  const [whole, map = '', bracket] = start;
  if (bracket === '') {
    if (text[whole.length] !== ':') return undefined;
    return { map, keyed: false, key: [], value: text.slice(whole.length + 1).trim() };
  }
  const end = text.lastIndexOf(']:');
  const newline = text.lastIndexOf('\n', end);
  if (end < 0 || newline > end) return undefined;
  return { map, keyed: true, key: keyOf(text.slice(whole.length, end)), value: text.slice(end + 2).trim() };
};

/** The parts of a printed key: lines that begin with blanks are frames; the others hold parts separated by ", ". */
const keyOf = (text: string): KeyPart[] => {
  const parts: KeyPart[] = [];
  let frames: string[] | undefined;
  for (const line of text.split('\n')) {
    if (/^[ \t]+\S/.test(line) && text.includes('\n')) {
      if (frames === undefined) parts.push((frames = []));
      frames.push(line.trim());
      continue;
    }
    const first = frames === undefined && parts.length === 0;
    frames = undefined;
    const words = line.split(/, |,$/);
    // A stack is followed by a comma: text before the first comma of this line belongs to the part before.
    if (first && words[0] === '' && words.length > 1) parts.push([]);
    for (const word of words) if (word !== '') parts.push(word);
  }
  return parts;
};

/**
 * The parts of a key of `-f json`, separated by commas. A stack begins with a newline; bpftrace 0.24 and later drop its
 * blanks.
 */
export const jsonKeyOf = (text: string): KeyPart[] => {
  const parts: KeyPart[] = [];
  const lines = text.split('\n');
  let frames: string[] | undefined;
  for (const [i, line] of lines.entries()) {
    if (frames !== undefined && !line.startsWith(',')) {
      if (line.trim() !== '') frames.push(line.trim());
      continue;
    }
    const words = (frames === undefined ? line : line.slice(1)).split(/,(?! )/);
    const opensStack = i + 1 < lines.length && words.at(-1)?.trim() === '';
    if (opensStack) words.pop();
    // An empty stack is printed as empty text.
    if (i === 0 && words[0] === '' && words.length > 1) parts.push([]);
    for (const word of words) if (word !== '') parts.push(word);
    frames = opensStack ? [] : undefined;
    if (frames !== undefined) parts.push(frames);
  }
  return parts;
};

/** The key as one text: parts joined by ", ", frames by ";". */
export const keyText = (key: readonly KeyPart[]): string =>
  key.map((part) => (typeof part === 'string' ? part : part.join(';'))).join(', ');
