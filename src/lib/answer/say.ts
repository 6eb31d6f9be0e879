import type { Grain, How } from '../api.ts';
import { printable } from '../printable.ts';

/** The source of a closure on one line, shortened for a sentence. */
export const shortCode = (code: unknown): string => printable(String(code).replace(/\s+/g, ' '), 120);

/** A number with thousands separators: 1,234,567. */
export const grouped = (n: number): string => n.toLocaleString('en-US');

const counted = (n: number, noun = 'row'): string => `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;

const what = ({ as, question, host }: How): string => {
  const name = printable(as || question || 'answer');
  return host === '' ? name : `${name} on ${printable(host)}`;
};

/** The sentence of an answer that was given none. */
export const sayAnswer = (how: How, size: number): string => `${what(how)}: ${counted(size)}.`;

/**
 * The sentence of an answer that a verb returned: how many rows it kept of how many, or how many windows, groups or
 * intervals it made.
 */
export const sayStep = (
  how: How,
  step: string,
  { size, of, noun }: { readonly size: number; readonly of?: number | undefined; readonly noun?: string | undefined },
): string => {
  const rows = of === undefined ? counted(size, noun) : `${grouped(size)} of ${counted(of)}`;
  return `${what(how)}: ${rows} after ${step}.`;
};

const seconds = (value: number): string => `${Number(value.toPrecision(3))} s`;

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

const megabytes = (bytes: number): string => `${Number((bytes / 1e6).toPrecision(2))} MB`;

const sentenceOf = (parts: readonly (string | false)[]): string =>
  parts.filter((part) => part !== false && part !== '').join(', ');

/** What a verb changes besides the table. */
export interface Step {
  readonly grain?: Grain;
  /** Largest difference of the joined clocks, in seconds. */
  readonly error?: number;
  /** Number of rows before, if the verb keeps some of them. */
  readonly of?: number;
  /** What a row of the result is, if not a row of the table: 'window', 'group'. */
  readonly noun?: string;
  /** Provenance of the other answers that were joined. */
  readonly others?: readonly How[];
}

/** The sentence that says that the capture was cut, ready to print. */
export const cutOf = ({ cut }: How): string | undefined => (cut === undefined ? undefined : printable(cut, 1000));

/** A sentence that begins with the cut, if the capture was cut. */
export const cutFirst = (how: How, say: string): string => {
  const cut = cutOf(how);
  return cut === undefined || say.startsWith(cut) ? say : `${cut} ${say}`;
};

/** Provenance of an answer that was computed from several: all their cuts, the lowest coverage. */
export const ofAll = (how: How, others: readonly How[]): How => {
  const all = [how, ...others];
  const cuts = [
    ...new Set(
      all.flatMap(({ cut, as }, i) =>
        cut === undefined ? [] : [i === 0 || cut === how.cut ? cut : `${printable(as)}: ${cut}`],
      ),
    ),
  ];
  const coverage = Math.min(...all.map((each) => each.coverage));
  return { ...how, coverage, ...(cuts.length === 0 ? {} : { cut: cuts.join(' ') }) };
};

/** 'Read from /proc by perl'; a tool that runs by itself by its name. */
const sourceOf = ({ tool, reader, question }: How): string => {
  if (reader !== '') return `Read from ${printable(tool)} by ${printable(reader)}`;
  return tool === '' ? printable(question) : `From ${printable(tool)}`;
};

/** Provenance on one line under a figure: source, host, window, rows, losses and cost. */
export const sayHow = (how: How): string => {
  const { ours, added } = how.overhead;
  const length = (how.to.getTime() - how.from.getTime()) / 1000;
  const source = [
    sourceOf(how),
    how.host !== '' && `on ${printable(how.host)}`,
    Number.isFinite(length) && length > 0 && `for ${seconds(length)}`,
  ].filter((part) => part !== false && part !== '');
  const rows = how.seen > 0 && `${grouped(how.seen)} ${how.grain === 'totals' ? 'rows' : 'events'}`;
  const seen = sentenceOf([
    rows,
    how.lost > 0 && `${grouped(how.lost)} lost`,
    how.coverage < 1 && `coverage ${percent(how.coverage)}`,
  ]);
  const cost = sentenceOf([
    ours.cpu > 0 && `${seconds(ours.cpu)} CPU`,
    ours.cpu > 0 && `${megabytes(ours.memory)} memory`,
    added > 0 && `about ${seconds(added)} CPU added to the traced tasks`,
  ]);
  const first = [source.join(' '), seen].filter((part) => part !== '').join('; ');
  return [first, cost === '' ? '' : `Cost: ${cost}`]
    .filter((part) => part !== '')
    .map((part) => `${part}.`)
    .join(' ');
};
