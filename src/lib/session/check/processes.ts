import { hostProgram } from '../../host-program.ts';
import { RUNTIME_SETTINGS } from '../../stacks/runtimes.ts';
import { scriptHeader } from '../../transport/quote.ts';

/** What was read of a mapped file: its first page, pieces of its code, its last 8 KB, the version that lies beside it. */
export interface FileSeen {
  readonly head: Uint8Array;
  readonly code: readonly Uint8Array[];
  readonly tail: Uint8Array;
  readonly version: string;
}

/** What was seen of one process. */
export interface ProcessSeen {
  readonly pid: number;
  readonly ended: boolean;
  /** Whether the login may look into its file system: for its perf map, and for its files. */
  readonly looked: boolean;
  /** Size of its perf map in bytes; undefined: none was seen. */
  readonly map: number | undefined;
  /** The environment variables that switch what its runtime writes, as NAME=VALUE. */
  readonly settings: readonly string[];
  /** Whether its mappings could be read. */
  readonly mapped: boolean;
  /** The files that were looked at, by their path. */
  readonly files: ReadonlyMap<string, FileSeen>;
}

/** The script that looks at processes in one round trip. It writes nothing. */
export const lookAtProcesses = (pids: readonly number[]): string =>
  scriptHeader({ settings: RUNTIME_SETTINGS.join('|') }, pids.map(String)) +
  hostProgram('src/lib/session/check/processes.sh');

type Growing<T> = { -readonly [K in keyof T]: T[K] };
type GrowingFile = { code: number[][]; head: number[]; tail: number[]; versions: string[] };
type GrowingProcess = Growing<Omit<ProcessSeen, 'files' | 'settings'>> & {
  settings: string[];
  paths: Map<string, string>;
};

const PARTS = ['head', 'code', 'tail'] as const;
type Part = (typeof PARTS)[number];

const newProcess = (pid: number): GrowingProcess => ({
  pid,
  ended: false,
  looked: false,
  map: undefined,
  settings: [],
  mapped: false,
  paths: new Map(),
});

const fileOf = ({ code, head, tail, versions }: GrowingFile): FileSeen => ({
  head: Uint8Array.from(head),
  code: code.map((each) => Uint8Array.from(each)),
  tail: Uint8Array.from(tail),
  version: versions.join('.'),
});

/** Reads what the script printed; what a host invents beyond it is ignored. */
export const readProcesses = (said: string): readonly ProcessSeen[] => {
  const processes: GrowingProcess[] = [];
  const files = new Map<string, GrowingFile>();
  let file: GrowingFile | undefined;
  let into: number[] | undefined;
  const begin = (part: Part): void => {
    into = [];
    if (file === undefined) return;
    if (part === 'code') file.code.push(into);
    else file[part] = into;
  };
  for (const line of said.split('\n')) {
    if (line.startsWith(' ')) {
      for (const byte of line.trim().split(/ +/)) into?.push(parseInt(byte, 16) & 255);
      continue;
    }
    const [, word = '', rest = ''] = /^@(\w+) ?(.*)$/.exec(line) ?? [];
    const process = processes.at(-1);
    const part = PARTS.find((each) => each === word);
    if (part !== undefined) begin(part);
    else if (word === 'process') processes.push(newProcess(Number(rest)));
    else if (process === undefined) continue;
    else if (word === 'ended') process.ended = true;
    else if (word === 'looked') process.looked = true;
    else if (word === 'map') process.map ??= Number(rest);
    else if (word === 'mapped') process.mapped = true;
    else if (word === 'set') process.settings.push(rest);
    else if (word === 'part') file?.versions.push(rest.trim());
    else if (word === 'file') {
      const [, id = '', path = ''] = /^(\S+ \S+) (.*)$/.exec(rest) ?? [];
      file = files.get(id) ?? { code: [], head: [], tail: [], versions: [] };
      files.set(id, file);
      process.paths.set(path, id);
    }
  }
  return processes.map(({ paths, ...process }) => ({
    ...process,
    files: new Map(
      [...paths].map(([path, id]) => [path, fileOf(files.get(id) ?? { code: [], head: [], tail: [], versions: [] })]),
    ),
  }));
};
