import type { Process } from '../../api.ts';
import { runtimeOf } from '../../stacks/runtimes.ts';
import type { FileSample, SourceSample, Warning } from '../source.ts';
import { newComplaints } from '../warnings.ts';
import { belonging } from './cgroup.ts';
import { afterCommand, startedIn } from './pid-stat-bytes.ts';

/** A process, identified by pid and `started` (clock ticks since boot). */
export type ProcessEntry = Readonly<Process>;

/** A process that was seen: when first, and when it was found to have exited. */
export interface SeenProcess extends ProcessEntry {
  readonly seen: number;
  readonly ended: number | undefined;
}

export interface ProcessTable {
  add(sample: SourceSample): void;
  /** In the order in which they were first seen. */
  facts(): readonly SeenProcess[];
  /** Warnings about malformed content, and the number of processes that were not kept. */
  warnings(): readonly Warning[];
}

const utf8 = new TextDecoder();
const PATH = /^\/proc\/(\d+)\/(.*)$/;

const keyOf = ({ pid, started }: Pick<ProcessEntry, 'pid' | 'started'>): string => `${pid} ${started}`;

/** The contents of a process's files, by file. */
type Files = Map<string, Uint8Array>;

const textOf = (files: Files, name: string): string => {
  const bytes = files.get(name);
  return bytes ? utf8.decode(bytes) : '';
};

const userOf = (status: string, names: ReadonlyMap<string, string>): string => {
  const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1] ?? '';
  return names.get(uid) ?? uid;
};

/** The process that its files describe; undefined without a readable stat. */
const entryOf = (pid: number, files: Files, names: ReadonlyMap<string, string>): ProcessEntry | undefined => {
  const stat = files.get('stat');
  const started = stat ? startedIn(stat) : NaN;
  if (!stat || Number.isNaN(started)) return undefined;
  const name = utf8.decode(stat.subarray(stat.indexOf(40) + 1, afterCommand(stat) - 2));
  const exe = textOf(files, 'exe');
  return {
    pid,
    started,
    ppid: Number(utf8.decode(stat.subarray(afterCommand(stat))).split(' ', 2)[1]),
    name,
    cmd: textOf(files, 'cmdline').replace(/\0+$/, '').replaceAll('\0', ' '),
    exe,
    user: userOf(textOf(files, 'status'), names),
    ...belonging(textOf(files, 'cgroup')),
    netns: /\[(\d+)\]/.exec(textOf(files, 'ns/net'))?.[1] ?? '',
    runtime: runtimeOf(exe === '' ? name : exe) ?? '',
  };
};

const namesIn = (passwd: string): ReadonlyMap<string, string> =>
  new Map(
    passwd.split('\n').flatMap((line) => {
      const [name, , uid] = line.split(':');
      return name !== undefined && uid !== undefined ? [[uid, name]] : [];
    }),
  );

/** The files of a sample, by process. */
const byProcess = (files: readonly FileSample[]): ReadonlyMap<number, Files> => {
  const found = new Map<number, Files>();
  for (const { path, bytes } of files) {
    const [, pid, name] = PATH.exec(path) ?? [];
    if (pid === undefined || name === undefined || !bytes) continue;
    let known = found.get(Number(pid));
    if (!known) found.set(Number(pid), (known = new Map<string, Uint8Array>()));
    known.set(name, new Uint8Array(bytes));
  }
  return found;
};

/** An empty table that keeps the first `most` processes. */
export const processTable = (most = Infinity): ProcessTable => {
  const seen = new Map<string, SeenProcess>();
  const now = new Map<number, { key: string; files: Files }>();
  let names: ReadonlyMap<string, string> = new Map();
  const complaints = newComplaints('processes');
  let left = 0;

  const end = (pid: number, t: number): void => {
    const { key } = now.get(pid) ?? {};
    const known = key === undefined ? undefined : seen.get(key);
    if (known) seen.set(keyOf(known), { ...known, ended: t });
    now.delete(pid);
  };
  const enter = (pid: number, files: Files, t: number): void => {
    const merged = new Map<string, Uint8Array>([...(now.get(pid)?.files ?? []), ...files]);
    const entry = entryOf(pid, merged, names);
    if (!entry) {
      complaints.add(t, '/proc/PID/stat: expected the start time of a process, got a truncated line');
      return;
    }
    const key = keyOf(entry);
    if (now.has(pid) && now.get(pid)?.key !== key) end(pid, t);
    now.set(pid, { key, files: merged });
    const before = seen.get(key);
    if (!before && seen.size >= most) left++;
    else seen.set(key, { ...entry, seen: before?.seen ?? t, ended: undefined });
  };
  return {
    add({ t, whole, files, gone }) {
      const passwd = files.find(({ path }) => path === '/etc/passwd')?.bytes;
      if (passwd) names = namesIn(utf8.decode(passwd));
      for (const path of gone) {
        const [, pid, rest] = PATH.exec(path) ?? [];
        if (pid !== undefined && (rest === '' || rest === 'stat')) end(Number(pid), t);
      }
      const came = byProcess(files);
      for (const [pid, its] of came) enter(pid, its, t);
      if (whole) for (const pid of now.keys()) if (!came.has(pid)) end(pid, t);
    },
    facts: () => [...seen.values()],
    warnings() {
      if (left > 0) complaints.add(0, `${left} more processes were seen than the ${most} that are kept`);
      return complaints.warnings();
    },
  };
};
