import type { RowOf } from '../../questions/rows.ts';

/** An interval of a process. */
export type Process = RowOf<'process-activity'>;

/** A process, or several processes of one name with similar amounts. */
export interface Group {
  readonly name: string;
  readonly processes: readonly string[];
  /** The average amount per process. */
  readonly each: number;
  readonly total: number;
}

/** kthreadd (pid 2) and its children. */
export const isKernelThread = ({ pid, ppid }: Process): boolean => pid === 2 || ppid === 2;

/** A process that yields to all others: nice 5 or more, or the policy SCHED_IDLE. */
export const isBackground = ({ nice, policy }: Process): boolean =>
  (typeof nice === 'number' && nice >= 5) || policy === 5;

const SIMILAR = 0.5;

/** Amount of each process per second of `rows`, grouped by name and similar amount, the largest total first. */
export const groupsBy = (rows: readonly Process[], value: (row: Process) => number | undefined): readonly Group[] => {
  const moments = new Set(rows.map(({ t }) => t)).size;
  const sums = new Map<string, { readonly name: string; sum: number }>();
  for (const row of rows) {
    const process = String(row.process);
    const known = sums.get(process) ?? { name: row.name ?? process, sum: 0 };
    known.sum += value(row) ?? 0;
    sums.set(process, known);
  }
  const all = [...sums]
    .map(([process, { name, sum }]) => ({ process, name, mean: sum / Math.max(1, moments) }))
    .sort((a, b) => b.mean - a.mean);
  const groups: { name: string; processes: string[]; total: number; most: number }[] = [];
  for (const { process, name, mean } of all) {
    if (mean <= 0) continue;
    const group = groups.find((each) => each.name === name && mean >= each.most * SIMILAR);
    if (group === undefined) groups.push({ name, processes: [process], total: mean, most: mean });
    else {
      group.processes.push(process);
      group.total += mean;
    }
  }
  return groups
    .map(({ name, processes, total }) => ({ name, processes, total, each: total / processes.length }))
    .sort((a, b) => b.total - a.total);
};

/** The first group and those with nearly the same total, three at most: equal culprits are all named. */
export const leaders = (groups: readonly Group[]): readonly Group[] =>
  groups.filter(({ total }, i) => i < 3 && total >= (groups[0]?.total ?? 0) * SIMILAR);

/** "checkout (150), 53 %" or "3 x checkout, 53 % each". */
export const groupLabel = ({ name, processes, each }: Group, amount: (value: number) => string): string =>
  processes.length === 1
    ? `${processes[0] ?? name}, ${amount(each)}`
    : `${String(processes.length)} x ${name}, ${amount(each)} each`;
