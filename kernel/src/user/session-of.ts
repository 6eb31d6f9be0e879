import { readFileSync } from 'node:fs';

/** True for a child that leads its own session (spawn's `detached`): field 6 of /proc/PID/stat, proc_pid_stat(5). */
export const isDetached = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === pid;
  } catch {
    return false;
  }
};
