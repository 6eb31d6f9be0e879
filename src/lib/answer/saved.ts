import type { How, Overhead } from '../api.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';
import { unknownTime } from '../unknown-time.ts';

/** The key of an Arrow schema's metadata that holds everything of an answer but its columns, as JSON. */
const KEY = 'fast-by-friday';
const FORMAT = 1;

/** Everything of an answer but its table. */
export interface Saved {
  readonly say: string;
  readonly how: How;
  /** The name of the figure that it shows as a cell's last line, where that is not its table. */
  readonly figure?: string | undefined;
}

/** JSON has dates as text (null where unknown) by itself; numbers that are not finite become text as well. */
const withoutInfinities = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/** Everything of an answer but its table, as the metadata of an Arrow schema. */
export const metadataOf = (saved: Saved): Map<string, string> =>
  new Map([[KEY, JSON.stringify({ format: FORMAT, ...saved }, withoutInfinities)]]);

type Read = (value: unknown) => unknown;

const text: Read = (value) => (typeof value === 'string' ? value : undefined);
const number: Read = (value) => {
  if (typeof value === 'number') return value;
  return value === 'Infinity' || value === '-Infinity' || value === 'NaN' ? Number(value) : undefined;
};
const date: Read = (value) =>
  value === null ? unknownTime() : typeof value === 'string' ? new Date(value) : undefined;
const texts: Read = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;

/** An object whose every part can be read; optional parts may be missing. */
const object =
  <T>(parts: { readonly [K in keyof T]-?: Read }, optional: readonly (keyof T)[] = []): Read =>
  (value) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const given = value as Readonly<Record<string, unknown>>;
    const read = Object.entries<Read>(parts).map(([name, part]) => [name, part(given[name])] as const);
    const missing = read.filter(([, one]) => one === undefined);
    if (missing.some(([name]) => given[name] !== undefined || !optional.includes(name as keyof T))) return undefined;
    return Object.fromEntries(read.filter(([, one]) => one !== undefined));
  };

const textByName: Read = (value) =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string')
    ? value
    : undefined;

const HOW = object<How>(
  {
    id: text,
    as: text,
    question: text,
    tool: text,
    reader: text,
    whyNotBetter: text,
    cannotSee: texts,
    grain: (value) => (value === 'events' || value === 'histogram' || value === 'totals' ? value : undefined),
    seen: number,
    lost: number,
    coverage: number,
    cut: text,
    overhead: object<Overhead>(
      {
        ours: object<Overhead['ours']>({ cpu: number, memory: number, bytes: number }),
        added: number,
        calibration: text,
        wall: number,
      },
      ['calibration'],
    ),
    host: text,
    kernel: text,
    tools: textByName,
    program: text,
    code: text,
    from: date,
    to: date,
    clockError: number,
    recording: text,
  },
  ['cut', 'reader'],
);

const SAVED = object<Saved>({ say: text, how: HOW, figure: text }, ['figure']);

/** Answers of older versions have no reader: their tool is 'perl reading /proc'. */
const withReader = (how: How | Omit<How, 'reader'>): How => {
  if ('reader' in how) return how;
  const [, reader = '', tool = how.tool] = /^(.+) reading (\S+)$/.exec(how.tool) ?? [];
  return { ...how, tool, reader };
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

/**
 * Everything of an answer but its table, from the metadata of an Arrow schema; undefined if no answer wrote it. Throws
 * 'input' if it is damaged or in a format that this version does not know.
 */
export const savedIn = (metadata: ReadonlyMap<string, string>, file: string): Saved | undefined => {
  const json = metadata.get(KEY);
  if (json === undefined) return undefined;
  const found = parsed(json);
  const saved = SAVED(found) as Saved | undefined;
  const format = (found as { readonly format?: number } | undefined)?.format;
  if (format === FORMAT && saved !== undefined) return { ...saved, how: withReader(saved.how) };
  const got =
    format === FORMAT || format === undefined ? 'metadata that is damaged' : `format ${printable(String(format))}`;
  throw new FridayError('input', `openAnswer: ${file}: expected an answer of format ${String(FORMAT)}, got ${got}`, {
    next: 'Open it with the version that wrote it, or write the answer again.',
  });
};
