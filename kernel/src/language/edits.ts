/** Replaces the text from `start` to `end` of the original by `text`. Offsets are UTF-16. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Closes what an earlier edit opened. At the same offset, closing edits come first (inner ones before outer). */
  readonly closes?: true;
}

/** Edited text that maps each of its characters to the original. */
export interface Edited {
  readonly code: string;
  /** Offset in `code` -> offset in the original. */
  original(offset: number): number;
}

/** Applies edits, which must not overlap; outer ones are given before inner ones. */
export const applyEdits = (source: string, edits: readonly Edit[]): Edited => {
  const sorted = edits.map((edit, index) => ({ edit, index }));
  sorted.sort((a, b) => a.edit.start - b.edit.start || rank(a.edit) - rank(b.edit) || order(a, b));
  const stretches: Stretch[] = [];
  const pieces: string[] = [];
  let written = 0;
  let read = 0;
  const write = (text: string, from: number, kept: boolean): void => {
    if (text === '') return;
    stretches.push({ start: written, from, kept });
    pieces.push(text);
    written += text.length;
  };
  for (const { edit } of sorted) {
    write(source.slice(read, edit.start), read, true);
    write(edit.text, edit.start, false);
    read = Math.max(read, edit.end);
  }
  write(source.slice(read), read, true);
  return { code: pieces.join(''), original: (offset) => lookUp(stretches, offset, source.length) };
};

/** Text that begins at `start` of the code and was kept from, or inserted at, `from` of the source. */
interface Stretch {
  readonly start: number;
  readonly from: number;
  readonly kept: boolean;
}

interface Numbered {
  readonly edit: Edit;
  readonly index: number;
}

const rank = ({ start, end, closes }: Edit): number => (closes ? 0 : start === end ? 1 : 2);

const order = (a: Numbered, b: Numbered): number => (a.edit.closes ? b.index - a.index : a.index - b.index);

/** Inserted text maps to the offset where it was inserted. */
const lookUp = (stretches: readonly Stretch[], offset: number, length: number): number => {
  let low = 0;
  let high = stretches.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((stretches[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const { start, from, kept } = stretches[low] ?? { start: 0, from: 0, kept: true };
  return Math.min(kept ? from + offset - start : from, length);
};

/** Replaces text by spaces but keeps its line breaks, so that later lines keep their numbers. */
export const blank = (text: string): string => text.replace(/[^\r\n\u2028\u2029]/g, ' ');
