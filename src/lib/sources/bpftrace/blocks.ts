/** One printed map entry: its map, its key, its value, all as text. */
export interface Entry {
  readonly map: string;
  /** Parts of the key. A part of several lines is a stack, innermost first. */
  readonly key: readonly (string | readonly string[])[];
  readonly value: string;
}

const START = /^(@[A-Za-z0-9_]*)(\[?)/;

/**
 * Takes the text of one entry apart. `text` is `@name[key, key]: value`, where a stack in the key stands on lines of its
 * own that begin with blanks; undefined for anything else.
 */
export const entryOf = (text: string): Entry | undefined => {
  const start = START.exec(text);
  if (start === null) return undefined;
  const [whole, map = '', bracket] = start;
  if (bracket === '') {
    return text[whole.length] === ':' ? { map, key: [], value: text.slice(whole.length + 1).trim() } : undefined;
  }
  const end = text.lastIndexOf(']:');
  const newline = text.lastIndexOf('\n', end);
  if (end < 0 || newline > end) return undefined;
  return { map, key: keyOf(text.slice(whole.length, end)), value: text.slice(end + 2).trim() };
};

/** Parts of a key: lines that begin with blanks are frames, the others hold parts between commas. */
export const keyOf = (text: string): (string | string[])[] => {
  const parts: (string | string[])[] = [];
  let frames: string[] | undefined;
  for (const line of text.split('\n')) {
    if (/^[ \t]+\S/.test(line) && text.includes('\n')) {
      if (frames === undefined) parts.push((frames = []));
      frames.push(line.trim());
      continue;
    }
    const first = frames === undefined && parts.length === 0;
    frames = undefined;
    const words = line.split(/, ?/);
    // A stack stands between two commas: what is before the first one on this line is its end.
    if (first && words[0] === '' && words.length > 1) parts.push([]);
    for (const word of first ? words : words.slice(1)) if (word !== '') parts.push(word);
  }
  return parts;
};
