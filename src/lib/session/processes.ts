import type { Process } from '../api.ts';
import type { Manifest } from '../recording/format.ts';

/** Texts of a process that are left out if empty (unknown, or not applicable), as in the source `processes`. */
const OPTIONAL = ['exe', 'user', 'unit', 'cgroup', 'container', 'pod', 'netns', 'runtime'] as const;

/** A process as `find` returns it: only the members that `Process` declares. */
export type FoundProcess = Pick<Process, 'pid' | 'started' | 'ppid' | 'name' | 'cmd'> &
  Partial<Pick<Process, (typeof OPTIONAL)[number]>>;

/** The processes of a recording; `started` is in seconds since boot, as in every table. */
export const processesOf = ({ processes, host }: Manifest): readonly FoundProcess[] =>
  processes.map((fact) => ({
    pid: fact.pid,
    started: fact.started / host.ticks,
    ppid: fact.ppid,
    name: fact.name,
    cmd: fact.cmd,
    ...Object.fromEntries(OPTIONAL.filter((name) => fact[name] !== '').map((name) => [name, fact[name]])),
  }));
