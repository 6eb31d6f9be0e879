import { readdirSync, readFileSync } from 'node:fs';

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/** Fields 4 and 6 of /proc/PID/stat (proc_pid_stat(5)); the name before them may contain spaces and parentheses. */
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
 * Children of `pid`, and their children, that its main thread waits for in execSync(): neither those in `known` nor
 * those in a session of their own. Grandchildren are included: a shell ends only after the program that it waits for.
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
