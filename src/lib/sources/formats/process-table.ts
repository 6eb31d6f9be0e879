import type { FileSample, Sample } from '../source.ts';
import { belonging } from './cgroup.ts';
import { afterCommand, startedIn } from './pid-stat-bytes.ts';
import { runtimeOf } from './runtime.ts';

/** Who a process is. It is named by pid and started together (clock ticks since boot). */
export interface ProcessEntry {
  readonly pid: number;
  readonly started: number;
  readonly ppid: number;
  readonly name: string;
  readonly cmd: string;
  readonly exe: string;
  readonly user: string;
  readonly unit: string;
  readonly cgroup: string;
  readonly container: string;
  readonly pod: string;
  readonly netns: string;
  readonly runtime: string;
}

/** One that was seen: when first, and when it was found to be gone. */
export interface SeenProcess extends ProcessEntry {
  readonly seen: number;
  readonly ended: number | undefined;
}

export interface ProcessTable {
  add(sample: Sample): void;
  /** In the order in which they were first seen. */
  facts(): readonly SeenProcess[];
  /** How many were not kept. */
  readonly left: number;
}

const utf8 = new TextDecoder();
const PATH = /^\/proc\/(\d+)\/(.*)$/;

/** What is known of a process, by file. */
type Files = Map<string, Uint8Array>;

const textOf = (files: Files, name: string): string => {
  const bytes = files.get(name);
  return bytes ? utf8.decode(bytes) : '';
};

const userOf = (status: string, names: ReadonlyMap<string, string>): string => {
  const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1] ?? '';
  return names.get(uid) ?? uid;
};

/** Who the process is, by its files; undefined without a stat that can be read. */
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
    runtime: runtimeOf(exe, name),
  };
};

const namesIn = (passwd: string): ReadonlyMap<string, string> =>
  new Map(
    passwd.split('\n').flatMap((line) => {
      const [name, , uid] = line.split(':');
      return name !== undefined && uid !== undefined ? [[uid, name]] : [];
    }),
  );

/** Puts a sample's files under their processes; gives the pids of which something came. */
const sort = (files: readonly FileSample[], into: Map<number, Files>): ReadonlySet<number> => {
  const touched = new Set<number>();
  for (const { path, bytes } of files) {
    const [, pid, name] = PATH.exec(path) ?? [];
    if (pid === undefined || name === undefined || !bytes) continue;
    let known = into.get(Number(pid));
    if (!known) into.set(Number(pid), (known = new Map()));
    known.set(name, bytes.slice());
    touched.add(Number(pid));
  }
  return touched;
};

/** An empty table that keeps the first `most` processes. */
export const processTable = (most = Infinity): ProcessTable => {
  const seen = new Map<string, SeenProcess>();
  const now = new Map<number, { key: string; files: Files }>();
  let names: ReadonlyMap<string, string> = new Map();
  let left = 0;

  const end = (pid: number, t: number): void => {
    const { key } = now.get(pid) ?? {};
    const known = key === undefined ? undefined : seen.get(key);
    if (known) seen.set(known.pid + ' ' + String(known.started), { ...known, ended: t });
    now.delete(pid);
  };
  const enter = (pid: number, files: Files, t: number): void => {
    const merged: Files = new Map([...(now.get(pid)?.files ?? []), ...files]);
    const entry = entryOf(pid, merged, names);
    if (!entry) return;
    const key = `${pid} ${entry.started}`;
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
      const came = new Map<number, Files>();
      sort(files, came);
      for (const [pid, its] of came) enter(pid, its, t);
      if (whole) for (const pid of now.keys()) if (!came.has(pid)) end(pid, t);
    },
    facts: () => [...seen.values()],
    get left() {
      return left;
    },
  };
};
