import { isValid, type ColumnData } from '../columns/column.ts';
import type { Profile } from './profile.ts';

/**
 * The process of each sample, as a code into `names` and `pids`: one for each pid with at least 2 % of the samples; the others
 * of one name have one code together, without a pid.
 */
export interface SampleProcesses {
  /** Processes may share a name. */
  readonly names: readonly string[];
  readonly pids: readonly (number | undefined)[];
  /** If no sample has a process, all belong to one without a name. */
  readonly untold: boolean;
  codeOf(row: number): number;
}

/** Processes below this share of the samples are not told apart: a host may have thousands. */
const OWN_CODE = 0.02;

const numberAt = (column: ColumnData | undefined, row: number): number | undefined =>
  column?.kind === 'number' && isValid(column.valid, row) ? column.values[row] : undefined;

const textAt = (column: ColumnData | undefined, row: number): string =>
  column?.kind === 'text' && isValid(column.valid, row) ? (column.names[column.codes[row] ?? -1] ?? '') : '';

/**
 * The name of a process from the threads seen in samples: that of its main thread, else of the thread with most
 * samples.
 */
interface Seen {
  samples: number;
  leader: string | undefined;
  readonly threads: Map<string, number>;
}

const seenIn = ({ samples: { size, data } }: Profile): ReadonlyMap<number, Seen> => {
  const processes = new Map<number, Seen>();
  for (let row = 0; row < size; row++) {
    const pid = numberAt(data['pid'], row);
    if (pid === undefined) continue;
    let seen = processes.get(pid);
    if (seen === undefined) processes.set(pid, (seen = { samples: 0, leader: undefined, threads: new Map() }));
    seen.samples++;
    const name = textAt(data['comm'], row);
    // A process may change its name (execve, prctl): the last name is used for all its samples.
    if (numberAt(data['tid'], row) === pid) seen.leader = name;
    else seen.threads.set(name, (seen.threads.get(name) ?? 0) + 1);
  }
  return processes;
};

const mostSeen = ({ threads }: Seen): string => {
  let [best, most] = ['', 0];
  for (const [name, count] of threads) if (count > most) [best, most] = [name, count];
  return best;
};

/**
 * Names the process of each sample. Threads have names of their own; a process gets one name even if it is renamed:
 * that of its main thread, from the capture's own records if it has them. Samples without a pid use the thread's name.
 */
export const sampleProcesses = (profile: Profile): SampleProcesses => {
  const names: string[] = [];
  const pids: (number | undefined)[] = [];
  const { data } = profile.samples;
  const told = profile.meta.processNames;
  const [ofPid, ofName] = [new Map<number, number>(), new Map<string, number>()];
  const add = (name: string, pid?: number): number => {
    pids.push(pid);
    return names.push(name) - 1;
  };
  const named = (name: string): number => {
    const known = ofName.get(name) ?? add(name);
    ofName.set(name, known);
    return known;
  };
  for (const [pid, seen] of seenIn(profile)) {
    const name = told?.get(pid) ?? seen.leader ?? mostSeen(seen);
    ofPid.set(pid, seen.samples < OWN_CODE * profile.samples.size ? named(name) : add(name, pid));
  }
  const { comm } = data;
  const untold = ofPid.size === 0 && (comm?.kind !== 'text' || comm.names.length === 0);
  if (untold) add('');
  return {
    names,
    pids,
    untold,
    codeOf: (row) => ofPid.get(numberAt(data['pid'], row) ?? NaN) ?? named(textAt(data['comm'], row)),
  };
};
