import { type ColumnData, type Table, valueAt } from '../src/lib/columns/column.ts';
import { growTable } from '../src/lib/columns/grow.ts';
import { processActivity, STAT } from '../src/lib/questions/process-activity.ts';
import { processes } from '../src/lib/questions/processes.ts';
import type { Reading } from '../src/lib/questions/question.ts';
import { readingOf } from '../src/lib/questions/reading.ts';
import { findSource } from '../src/lib/sources/list.ts';
import { byRow } from './questions/by-row.ts';

const CELLS = 5e6;
const SAMPLES = 60;

/** What a per-process source gives for a minute of `count` processes, one in ten of which is active. */
const tableOf = (source: string, count: number): Table => {
  const { columns } = findSource(source);
  const numbers = Object.keys(columns).filter((name) => columns[name]?.unit !== '' && columns[name]?.key !== true);
  const grower = growTable(columns);
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (let i = 0; i < count; i++) {
      const grown = i % 10 === 0 ? sample * 0.25 : 0;
      const cells = Object.fromEntries(numbers.map((name, k) => [name, k + grown]));
      const named = 'name' in columns ? { name: `worker-${String(i % 300)}`, state: i % 10 === 0 ? 'R' : 'S' } : {};
      grower.push({ ...cells, ...named, t: sample + 0.001, pid: 1000 + i, started: 5000 + i * 0.01 });
    }
  }
  return grower.table();
};

const same = (a: ColumnData, b: ColumnData, size: number): boolean => {
  for (let i = 0; i < size; i++) if (valueAt(a, i) !== valueAt(b, i)) return false;
  return true;
};

const checked = (found: Table, expected: Table): void => {
  for (const [name, column] of Object.entries(expected.data)) {
    const own = found.data[name];
    if (own === undefined || found.size !== expected.size || !same(own, column, found.size))
      throw new Error(`process-activity.${name}: expected the values of the row generator, got others`);
  }
};

/** CPU seconds of the process: unlike wall time, they do not depend on how busy the machine is. */
const timed = <T>(act: () => T): readonly [number, T] => {
  const start = process.cpuUsage();
  const result = act();
  const { user, system } = process.cpuUsage(start);
  return [(user + system) / 1e6, result];
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

const line = (name: string, seconds: number, table: Table): string => {
  const cells = table.size * Object.keys(table.data).length;
  const rate = Math.round(table.size / seconds).toLocaleString('en-US');
  return `${name.padEnd(36)} ${seconds.toFixed(3)} s, ${rate} rows/s, ${((seconds * CELLS) / cells).toFixed(3)} s per 5 M cells`;
};

/**
 * What a question costs between the tables of its sources and its own: process-activity by row, as it was until it answered
 * by column, beside process-activity by column; and processes. `npm run bench -- questions [PROCESSES] [ROUNDS]`.
 */
export const run = (args: string[]): Promise<void> => {
  const [count, rounds] = [Number(args[0] ?? 3000), Number(args[1] ?? 5)];
  const names = ['proc.pid.stat', 'proc.pid.schedstat', 'proc.pid.io'];
  const tables = new Map(names.map((name) => [name, tableOf(name, count)]));
  const reading: Reading = readingOf({ cpus: 2, memory: 1e9, pageSize: 4096 }, tables);
  const rowTimes: number[] = [];
  const columnTimes: number[] = [];
  const rateTimes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [byRows, expected] = timed(() => byRow(reading));
    const [byColumns, found] = timed(() => processActivity.table(reading));
    checked(found, expected);
    const [rates] = timed(() => [
      reading.rateTable('proc.pid.stat', STAT),
      reading.rateTable('proc.pid.schedstat', ['wait', 'slices']),
      reading.rateTable('proc.pid.io', ['read_bytes', 'write_bytes']),
    ]);
    rowTimes.push(byRows);
    columnTimes.push(byColumns);
    rateTimes.push(rates);
  }
  const answer = processActivity.table(reading);
  const [rows, columns] = [median(rowTimes), median(columnTimes)];
  const [totals, table] = timed(() => processes.table(reading));
  console.log(`${count} processes, ${SAMPLES} samples, CPU time, medians of ${rounds} rounds, Node ${process.version}`);
  console.log(line('process-activity by row', rows, answer));
  console.log(line('process-activity by column', columns, answer));
  console.log(line('of both, rates of the three sources', median(rateTimes), answer));
  console.log(`by column / by row: ${(columns / rows).toFixed(3)}`);
  console.log(
    `processes: ${totals.toFixed(3)} s for ${table.size} rows from ${tables.get('proc.pid.stat')?.size ?? 0}`,
  );
  return Promise.resolve();
};
