import type { Process } from '../api.ts';
import type { Manifest } from '../recording/format.ts';

/** The texts of a process that may be unknown or not apply: absent where they are empty, as in the source `processes`. */
const OPTIONAL = ['exe', 'user', 'unit', 'cgroup', 'container', 'pod', 'netns', 'runtime'] as const;

/** A process of `find`: only what `Process` declares, whatever else the recording notes. */
export type FoundProcess = Pick<Process, 'pid' | 'started' | 'ppid' | 'name' | 'cmd'> &
  Partial<Pick<Process, (typeof OPTIONAL)[number]>>;

/** The processes of a recording, with their start in seconds since boot, as every table has it. */
export const processesOf = ({ processes, host }: Manifest): readonly FoundProcess[] =>
  processes.map((fact) => ({
    pid: fact.pid,
    started: fact.started / host.ticks,
    ppid: fact.ppid,
    name: fact.name,
    cmd: fact.cmd,
    ...Object.fromEntries(OPTIONAL.filter((name) => fact[name] !== '').map((name) => [name, fact[name]])),
  }));
