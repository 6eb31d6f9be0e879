import type { ColumnData, NumberColumn, Table, TextColumn } from '../../columns/column.ts';
import { isValid } from '../../columns/column.ts';
import { validWhere } from '../../columns/validity.ts';
import { internNames, type NameCodes } from '../../stacks/intern.ts';
import { numbers } from '../formats/numbers.ts';

/** The process of each thread that has a user stack: the kernel writes it there. */
export const processesOf = (userStacks: Table | undefined): ReadonlyMap<number, number> => {
  const processes = new Map<number, number>();
  const [tid, tgid] = [numbers(userStacks, 'tid'), numbers(userStacks, 'tgid')];
  for (let row = 0; row < (userStacks?.size ?? 0); row++) {
    const [thread = 0, process = 0] = [tid[row], tgid[row]];
    if (processes.get(thread) !== process) processes.set(thread, process);
  }
  return processes;
};

/** The column `pid` of a table: from stacks, else from the kernel's own table of processes. */
export const pidsOf = (table: Table, processes: ReadonlyMap<number, number>): NumberColumn => {
  const { pid } = table.data;
  const [tid, told] = [numbers(table, 'tid'), numbers(table, 'pid')];
  const values = new Int32Array(table.size);
  for (let row = 0; row < table.size; row++) values[row] = processes.get(tid[row] ?? -1) ?? told[row] ?? 0;
  const known = (row: number): boolean => processes.has(tid[row] ?? -1) || isValid(pid?.valid, row);
  const valid = validWhere(table.size, known);
  return { kind: 'number', values, ...(valid === undefined ? {} : { valid }) };
};

/** Its codes in another dictionary; -1 where absent. */
const codesIn = (names: NameCodes, column: ColumnData | undefined, size: number): Int32Array => {
  if (column?.kind !== 'text') return new Int32Array(size).fill(-1);
  const to = column.names.map((name) => names.code(name));
  return Int32Array.from({ length: size }, (_, row) =>
    isValid(column.valid, row) ? (to[column.codes[row] ?? 0] ?? -1) : -1,
  );
};

/**
 * The names of the threads that ran where wakeups came from: the one with which the thread got the CPU, else the one with which
 * it leaves it later, else what the kernel's own small table says. An idle CPU is called as perf calls it.
 */
export const wakerNames = (switches: Table, wakings: Table): TextColumn => {
  const names = internNames();
  const [gets, leaves] = ['next_comm', 'prev_comm'].map((name) => codesIn(names, switches.data[name], switches.size));
  const told = codesIn(names, wakings.data['comm'], wakings.size);
  const [t, prev, next] = ['t', 'prev_pid', 'next_pid'].map((name) => numbers(switches, name));
  const [at, tid] = [numbers(wakings, 't'), numbers(wakings, 'tid')];
  const known = new Map<number, number>([[0, names.code('swapper')]]);
  const later = new Map<number, number>();
  for (let row = switches.size - 1; row >= 0; row--) later.set(prev?.[row] ?? -1, leaves?.[row] ?? -1);
  const codes = new Int32Array(wakings.size);
  let row = 0;
  for (let waking = 0; waking < wakings.size; waking++) {
    for (; row < switches.size && (t?.[row] ?? 0) <= (at[waking] ?? 0); row++)
      if (next?.[row] !== 0) known.set(next?.[row] ?? -1, gets?.[row] ?? -1);
    const thread = tid[waking] ?? -1;
    codes[waking] = known.get(thread) ?? later.get(thread) ?? told[waking] ?? -1;
  }
  const valid = validWhere(wakings.size, (at) => (codes[at] ?? -1) >= 0);
  return { kind: 'text', codes: codes.map((code) => Math.max(0, code)), names: names.list, ...(valid === undefined ? {} : { valid }) }; // prettier-ignore
};
