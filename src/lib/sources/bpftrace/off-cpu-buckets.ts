import type { Output } from './program-output.ts';

type Printed = Extract<Output, { line: string } | { map: string }>;

/** The sums that were printed together, and the names of threads. Times are in ns of CLOCK_MONOTONIC. */
export interface Bucket {
  readonly from: number;
  /** Most entries of a map; 0 if the program did not say. */
  readonly keys: number;
  /** The program observed some threads only. */
  readonly filtered: boolean;
  readonly sums: readonly (readonly [key: string, value: unknown])[];
  /** How long new threads waited for their first run, by thread. */
  readonly born: ReadonlyMap<number, number>;
  readonly processes: ReadonlyMap<number, number>;
  readonly comms: ReadonlyMap<number, string>;
}

/** An interval that has not ended. */
export interface Open {
  readonly at: number;
  readonly state: number;
  readonly kernel: string;
  readonly user: string;
}

/** What is left at the end of the capture. */
export interface Leftover {
  readonly first: number;
  readonly last: number;
  /** When threads that were off CPU from the beginning ran first. */
  readonly ran: ReadonlyMap<number, number>;
  readonly open: ReadonlyMap<number, Open>;
  /** The program observed some threads only. */
  readonly filtered: boolean;
  readonly ended: boolean;
  /** Intervals whose end was not seen, so that they end when the thread was woken, and those that were not counted. */
  readonly estimated: number;
  readonly missed: number;
  readonly processes: ReadonlyMap<number, number>;
  readonly comms: ReadonlyMap<number, string>;
}

const LINE = /^(begin|until|end) (\d{1,20})(?: \d+ (\d+) (\d+))?$/;

type Entries = readonly (readonly [key: string, value: unknown])[];

const number = (value: unknown): number =>
  typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
const text = (value: unknown): string => (typeof value === 'string' ? value : String(value));

/** Takes a map whose keys are threads. */
const into =
  <Value>(map: Map<number, Value>, of: (value: unknown) => Value) =>
  (entries: Entries): void => {
    for (const [key, value] of entries) if (/^\d{1,10}$/.test(key)) map.set(Number(key), of(value));
  };

interface State {
  sums: (readonly [string, unknown])[];
  from: number;
  until: number;
  first: number;
  last: number;
  keys: number;
  filtered: boolean;
  ended: boolean;
  estimated: number;
  missed: number;
}

const newMaps = () => ({
  processes: new Map<number, number>(),
  comms: new Map<number, string>([[0, 'swapper']]),
  born: new Map<number, number>(),
  at: new Map<number, number>(),
  state: new Map<number, number>(),
  kernel: new Map<number, string>(),
  user: new Map<number, string>(),
  ran: new Map<number, number>(),
});

type Maps = ReturnType<typeof newMaps>;

/** What to do with each map of the program. */
const handlers = (state: State, maps: Maps): Readonly<Record<string, (entries: Entries) => void>> => {
  const sums = (entries: Entries): void => {
    state.sums = [...state.sums, ...entries];
  };
  return {
    '@sum0': sums,
    '@sum1': sums,
    '@process': into(maps.processes, number),
    '@comm': into(maps.comms, text),
    '@new': into(maps.born, number),
    '@at': into(maps.at, number),
    '@state': into(maps.state, number),
    '@kernel': into(maps.kernel, text),
    '@user': into(maps.user, text),
    '@ran': into(maps.ran, number),
    '@first': ([entry]) => {
      state.first = number(entry?.[1]);
    },
    '@last': ([entry]) => {
      state.last = number(entry?.[1]);
    },
    '@estimated': ([entry]) => {
      state.estimated = number(entry?.[1]);
    },
    '@missed': ([entry]) => {
      state.missed = number(entry?.[1]);
    },
  };
};

const openIn = ({ at, state, kernel, user }: Maps): Map<number, Open> =>
  new Map(
    [...at].map(([tid, since]) => [
      tid,
      { at: since, state: (state.get(tid) ?? 1) - 1, kernel: kernel.get(tid) ?? '', user: user.get(tid) ?? '' },
    ]),
  );

/** Groups what probes/off-cpu.bt prints: a bucket is complete when the next one begins. */
export const collectBuckets = (each: (bucket: Bucket) => void) => {
  const state: State = {
    sums: [],
    from: 0,
    until: 0,
    first: 0,
    last: 0,
    keys: 0,
    filtered: false,
    ended: false,
    estimated: 0,
    missed: 0,
  };
  const maps = newMaps();
  const { processes, comms, born, ran } = maps;
  const handle = handlers(state, maps);
  const settle = (): void => {
    const { from, keys, filtered, sums } = state;
    each({ from, keys, filtered, sums, born, processes, comms });
    state.sums = [];
    born.clear();
    state.from = state.until;
  };
  const line = (said: string): void => {
    const [, word, ns = '', only, most] = LINE.exec(said) ?? [];
    if (word === 'begin') {
      state.from = state.until = Number(ns);
      state.filtered = only !== undefined && only !== '0';
      state.keys = Number(most ?? 0);
    } else if (word !== undefined) {
      settle();
      if (word === 'until') state.until = Number(ns);
      else state.ended = true;
    }
  };
  return {
    take(output: Printed): void {
      if ('line' in output) line(output.line);
      else handle[output.map]?.(output.entries);
    },
    end(): Leftover {
      const { first, last, filtered, ended, estimated, missed } = state;
      if (!ended) settle();
      return { first, last, ran, open: openIn(maps), filtered, ended, estimated, missed, processes, comms };
    },
  };
};
