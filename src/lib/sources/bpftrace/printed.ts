/** A value that bpftrace printed: one row of the table. */
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

/** What a reader yields: a row, an unreadable line, a warning of bpftrace, or a number of events that bpftrace lost. */
export type Printed =
  { readonly row: PrintedRow } | { readonly left: string } | { readonly said: string } | { readonly lost: number };

/** The map, kind and key of a value. */
export interface Place {
  readonly map: string;
  readonly key: string | undefined;
}

/** Adds the text printed before a row to it: interval tools print a time, then their maps. */
export interface Surroundings {
  /** A printed text as a row; undefined for a text without visible characters. */
  text(text: string): PrintedRow | undefined;
  /** The same row with the last time and the last line of text printed before it. */
  within(row: PrintedRow): PrintedRow;
}

/** A time of day, with or without a date. With a further colon beside it, it is an address. */
const TIME = /(?<![\w:.])(?:\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d:\d\d(?:\.\d{1,9})?(?![\w:])/;

/** How many characters of a line are kept as `before`. */
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
