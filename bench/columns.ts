import { op, table as arqueroTable } from 'arquero';
import { answerFrom } from '../src/lib/answer/answer.ts';
import { heatByDoubling } from '../src/lib/columns/bin.ts';
import type { NumberColumn, Table } from '../src/lib/columns/column.ts';
import { rowsWhere } from '../src/lib/columns/filter.ts';
import { growText } from '../src/lib/columns/grow.ts';
import { quantileOf } from '../src/lib/columns/quantile.ts';
import { HOW } from '../test/unit/answer/given.ts';

const COMMS = Array.from({ length: 20 }, (_, i) => `program-${i}`);

interface Work {
  readonly name: string;
  readonly ours: () => unknown;
  readonly theirs: () => unknown;
  /** Whether both gave the same result. */
  readonly same: (ours: unknown, theirs: unknown) => boolean;
}

const total = (values: Iterable<unknown>): number =>
  Iterator.from(values).reduce((sum: number, value) => sum + Number(value), 0);

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** CPU time of the process in ms: unlike wall time, it does not depend on how busy the machine is. */
const timed = (act: () => unknown): readonly [number, unknown] => {
  const start = process.cpuUsage();
  const result = act();
  const { user, system } = process.cpuUsage(start);
  return [(user + system) / 1000, result];
};

/** Latencies over five decades, of 20 programs and 300 processes, in order of time. */
const made = (size: number) => {
  const t: NumberColumn = { kind: 'number', values: Float64Array.from({ length: size }, (_, i) => (i * 60) / size) };
  const latency: NumberColumn = {
    kind: 'number',
    values: Float64Array.from({ length: size }, () => 10 ** (Math.random() * 5 - 5)),
  };
  const pid: NumberColumn = {
    kind: 'number',
    values: Int32Array.from({ length: size }, () => 1000 + Math.floor(Math.random() * 300)),
  };
  const comm = growText();
  for (let i = 0; i < size; i++) comm.pushCode(comm.code(COMMS[Math.floor(Math.random() * COMMS.length)] ?? ''));
  return { t, latency, pid, comm: comm.column() };
};

const worksOf = (size: number): Work[] => {
  const { t, latency, pid, comm } = made(size);
  const data: Table = {
    size,
    data: { t, latency, pid, comm },
    docs: {
      t: { unit: 's', doc: '', clock: 'monotonic' },
      latency: { unit: 's', doc: '' },
      pid: { unit: 'id', doc: '' },
      comm: { unit: '', doc: '' },
    },
  };
  const answer = answerFrom<{ t: number; latency: number; pid: number; comm: string }>(data, HOW);
  // Give arquero codes as well: grouping by strings would take it twice as long.
  const theirs = arqueroTable({ t: t.values, latency: latency.values, pid: pid.values, comm: comm.codes });
  const [low, high] = [1e-5, 1];
  const near = (a: unknown, b: unknown): boolean => Math.abs(Number(a) - Number(b)) <= 1e-9 * Math.abs(Number(b));
  const heat = () =>
    heatByDoubling(t, latency, size, { columns: 600, from: 0, to: 60, yRange: [low, high] }).counts.reduce(
      (a, b) => a + b,
    );
  return [
    {
      name: 'filter latency > 0.1',
      ours: () => rowsWhere(size, (i) => (latency.values[i] as number) >= 0.1).length,
      theirs: () => theirs.filter('d => d.latency >= 0.1').numRows(),
      same: Object.is,
    },
    {
      name: 'the same by a closure of a cell',
      ours: () => answer.filter((d) => d.latency >= 0.1).size,
      theirs: () => theirs.filter('d => d.latency >= 0.1').reify().numRows(),
      same: Object.is,
    },
    {
      name: 'group by comm (20, codes): count, sum, min, max',
      ours: () =>
        answer
          .groupby('comm')
          .rollup({
            n: (g) => g.size,
            sum: (g) => g.sum('latency'),
            min: (g) => g.min('latency'),
            max: (g) => g.max('latency'),
          })
          .sum('sum'),
      theirs: () =>
        total(
          theirs
            .groupby('comm')
            .rollup({ n: op.count(), sum: op.sum('latency'), min: op.min('latency'), max: op.max('latency') })
            .array('sum'),
        ),
      same: near,
    },
    {
      name: 'group by pid (300): count, sum',
      ours: () =>
        answer
          .groupby('pid')
          .rollup({ n: (g) => g.size, sum: (g) => g.sum('latency') })
          .sum('sum'),
      theirs: () =>
        total(
          theirs
            .groupby('pid')
            .rollup({ n: op.count(), sum: op.sum('latency') })
            .array('sum'),
        ),
      same: near,
    },
    {
      name: 'heat map 600 x 68 (log)',
      ours: heat,
      theirs: () =>
        total(
          theirs
            .derive({ x: 'd => op.floor(d.t * 10)', y: 'd => op.floor(op.log2(d.latency) * 4)' })
            .groupby('x', 'y')
            .count()
            .array('count'),
        ),
      same: Object.is,
    },
    {
      name: 'exact p99',
      ours: () => quantileOf(latency, size, 0.99).value,
      theirs: () => theirs.rollup({ p: op.quantile('latency', 0.99) }).get('p', 0) as number,
      same: near,
    },
  ];
};

/** Compares the loops of columns/ with arquero on the same rows: medians of alternating rounds, and their ratio. */
export const run = async (args: string[]): Promise<void> => {
  const size = Number(args[0] ?? 1e7);
  const rounds = Number(args[1] ?? 5);
  console.log(`${size.toLocaleString('en-US')} rows, medians of ${rounds} rounds, Node ${process.version}`);
  console.log(['ours, CPU ms', 'arquero', 'ours / arquero', ''].map((head) => head.padStart(14)).join(''));
  for (const { name, ours, theirs, same } of worksOf(size)) {
    const times: { readonly ours: number; readonly theirs: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const [mine, found] = timed(ours);
      const [his, expected] = timed(theirs);
      if (!same(found, expected))
        throw new Error(`${name}: expected ${String(expected)} as arquero has it, got ${String(found)}`);
      times.push({ ours: mine, theirs: his });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [mine, his] = [median(times.map((time) => time.ours)), median(times.map((time) => time.theirs))];
    console.log(
      [mine.toFixed(1), his.toFixed(1), (mine / his).toFixed(3)].map((text) => text.padStart(14)).join(''),
      ` ${name}`,
    );
  }
};
