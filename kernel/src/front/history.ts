import type { Json } from './wire.ts';

/** Session, line, input, and the plain text of the result if there was one. */
interface Entry {
  readonly session: number;
  readonly line: number;
  readonly input: string;
  output: string | null;
}

type Row = [number, number, string | [string, string | null]];

const number = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);

/** A pattern with `*` and `?` that must match the whole cell; see https://docs.python.org/3/library/fnmatch.html. */
const glob = (pattern: string): RegExp => {
  const body = pattern
    .replace(/[\\^$+.()|{}[\]]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${body}$`);
};

const unique = (entries: readonly Entry[]): Entry[] => {
  const last = new Map(entries.map((entry) => [entry.input, entry]));
  return entries.filter((entry) => last.get(entry.input) === entry);
};

/** The cells of this session, in memory only: the notebook file keeps what was typed into it. */
export const createHistory = (session = 1) => {
  const entries: Entry[] = [];
  const select = ({
    hist_access_type: access,
    n,
    start,
    stop,
    session: wanted,
    pattern,
    unique: once,
  }: Json): Entry[] => {
    if (access === 'range') {
      const which = number(wanted, 0);
      if (which !== session && which !== 0) return [];
      const end = typeof stop === 'number' ? stop : Infinity;
      return entries.filter(({ line }) => line >= number(start, 0) && line < end);
    }
    const found =
      access === 'search'
        ? entries.filter(({ input }) => glob(typeof pattern === 'string' ? pattern : '*').test(input))
        : entries;
    const kept = once === true ? unique(found) : found;
    const count = number(n, access === 'search' ? kept.length : 10);
    return count > 0 ? kept.slice(-count) : [];
  };
  return {
    add: (line: number, input: string): Entry => {
      const entry: Entry = { session, line, input, output: null };
      entries.push(entry);
      return entry;
    },
    /** Answers a history_request: tail, range or search. */
    reply: (content: Json): Json => {
      const row = ({ line, input, output }: Entry): Row => [
        session,
        line,
        content['output'] === true ? [input, output] : input,
      ];
      return { status: 'ok', history: select(content).map(row) };
    },
  };
};

export type History = ReturnType<typeof createHistory>;
