import { readdirSync, readFileSync } from 'node:fs';

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/** Fields 4 and 6 of /proc/PID/stat (proc_pid_stat(5)); the name before them may hold spaces and brackets. */
const readStat = (pid: string): Stat | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid: Number(pid), parent: Number(fields[1]), session: Number(fields[3]) };
  } catch {
    return undefined;
  }
};

/**
 * Children of `pid` that its main thread waits for, and theirs: not those among `known`, and none that was sent off into a
 * session of its own. A shell ends only after the program that it waits for, so both are named.
 */
export const strayChildren = (pid: number, known: ReadonlySet<number>): number[] => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(readStat)
    .filter((stat) => stat !== undefined);
  const below = (parent: number): number[] =>
    all
      .filter((stat) => stat.parent === parent && stat.session === pid && !known.has(stat.pid))
      .flatMap((stat) => [stat.pid, ...below(stat.pid)]);
  return below(pid);
};
