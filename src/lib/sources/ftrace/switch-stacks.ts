import type { Numbers, Table } from '../../columns/column.ts';
import { numbers } from '../formats/numbers.ts';

const largest = (values: Numbers, size: number): number => {
  let most = 0;
  for (let i = 0; i < size; i++) most = Math.max(most, values[i] ?? 0);
  return most;
};

const MOST_CPUS = 2 ** 16;

interface Columns {
  readonly size: number;
  readonly t: Numbers;
  readonly cpu: Numbers;
  readonly tid: Numbers;
}

const columnsOf = (table: Table): Columns => ({
  size: table.size,
  t: numbers(table, 't'),
  cpu: numbers(table, 'cpu'),
  tid: numbers(table, 'tid'),
});

/** Moves through the rows up to a time, and notes the last row + 1 of each CPU. */
const lastRows = ({ size, t, cpu }: Columns, cpus: number) => {
  const last = new Int32Array(cpus);
  let next = 0;
  return {
    last,
    upTo(time: number): void {
      for (; next < size && (t[next] ?? 0) <= time; next++) last[cpu[next] ?? 0] = next + 1;
    },
  };
};

/**
 * The row of the stack that each switch has in a table of stacks, or -1. The kernel writes a stack right after its event, on the
 * same CPU, and it belongs to the thread that ran there. The same option makes stacks follow `others`, which are not wanted.
 */
export const stackRows = (switches: Table, others: readonly Table[], stacks: Table): Int32Array => {
  const found = new Int32Array(switches.size).fill(-1);
  const [all, rest, own] = [columnsOf(switches), others.map(columnsOf), columnsOf(stacks)];
  const cpus = Math.min(MOST_CPUS, Math.max(...[all, ...rest, own].map(({ cpu, size }) => largest(cpu, size))) + 1);
  const before = lastRows(all, cpus);
  const between = rest.map((columns) => ({ columns, rows: lastRows(columns, cpus) }));
  for (let row = 0; row < own.size; row++) {
    const t = own.t[row] ?? 0;
    const cpu = own.cpu[row] ?? 0;
    before.upTo(t);
    for (const { rows } of between) rows.upTo(t);
    const at = (before.last[cpu] ?? 0) - 1;
    if (at < 0 || found[at] !== -1 || all.tid[at] !== own.tid[row]) continue;
    const since = all.t[at] ?? 0;
    const other = between.some(({ columns, rows }) => (columns.t[(rows.last[cpu] ?? 0) - 1] ?? -Infinity) > since);
    if (!other) found[at] = row;
  }
  return found;
};
