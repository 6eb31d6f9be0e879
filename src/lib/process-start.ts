import { readFileSync } from 'node:fs';

/**
 * Start time of a process of this machine in clock ticks since boot (field 22 of /proc/PID/stat): with the pid it identifies
 * a process, since pids are used again. 'dead' for a zombie; undefined if there is no such process, or no /proc.
 */
export const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'dead' : fields[19];
  } catch {
    return undefined;
  }
};
