/** One value that bpftrace printed: a row of the table. */
export interface PrintedRow {
  readonly map: string;
  readonly kind: 'value' | 'stats' | 'hist' | 'tseries' | 'printf';
  readonly key?: string | undefined;
  readonly field?: string | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly time?: string | undefined;
  readonly before?: string | undefined;
  readonly value?: number | bigint | undefined;
  readonly text?: string | undefined;
}

/** What a reader finds: a row, a line that it cannot read, a warning that bpftrace wrote, or events that bpftrace lost. */
export type Printed =
  { readonly row: PrintedRow } | { readonly left: string } | { readonly said: string } | { readonly lost: number };

/** What a value belongs to. */
export interface Place {
  readonly map: string;
  readonly key: string | undefined;
}

/** Gives rows the text that was printed before them: interval tools print a time, then their maps. */
export interface Surroundings {
  /** A printed text as a row; undefined for a text without a visible character. */
  text(text: string): PrintedRow | undefined;
  /** The same row with the last time and the last line of text before it. */
  within(row: PrintedRow): PrintedRow;
}

/** A time of day, with or without a date. Colons around it make it an address. */
const TIME = /(?<![\w:.])(?:\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d:\d\d(?:\.\d{1,9})?(?![\w:])/;

/** Characters of a line that are kept as `before`. */
const LONGEST = 200;

export const surroundings = (): Surroundings => {
  let time: string | undefined;
  let before: string | undefined;
  return {
    text(text) {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      const last = lines.at(-1);
      if (last === undefined) return undefined;
      const found = lines.map((line) => TIME.exec(line.slice(0, 4096))?.[0]).findLast((each) => each !== undefined);
      time = found ?? time;
      before = last.trim().slice(0, LONGEST);
      return { map: '', kind: 'printf', time: found, text: text.replace(/\n+$/, '') };
    },
    within: (row) => ({ time, before, ...row }),
  };
};
