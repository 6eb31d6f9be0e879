import { readdirSync, readFileSync } from 'node:fs';

/** A file of /proc/PID; '' if the process has exited. */
export const readOf = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
};

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly words: readonly string[];
}

const processes = (): Process[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const stat = readOf(name, 'stat');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return { pid: Number(name), parent, words: readOf(name, 'cmdline').split('\0') };
    });

/** All descendants of a process. */
export const below = (top: number): Process[] => {
  const all = processes();
  const found: Process[] = [];
  for (let parents = [top]; parents.length > 0;) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map(({ pid }) => pid);
  }
  return found;
};
