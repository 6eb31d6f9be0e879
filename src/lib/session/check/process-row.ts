import type { TargetRow } from '../../api.ts';
import { cpuProfile } from '../../questions/cpu-profile.ts';
import type { HostRights, Lack } from '../../questions/way.ts';
import { framePointers, type FramePointers } from '../../stacks/frame-pointers.ts';
import { isLibc } from '../../stacks/health-binary.ts';
import { fixOf, type Trouble } from '../../stacks/health-fix.ts';
import { runtimeFacts, runtimeOf, type Runtime } from '../../stacks/runtimes.ts';
import type { FoundProcess } from '../processes.ts';
import { elfEnds } from './elf-ends.ts';
import type { FileSeen, ProcessSeen } from './processes.ts';

/** A process that is to be profiled, what was seen of it, and why no tool may profile it, if none may. */
export interface LookedProcess {
  readonly process: FoundProcess;
  readonly seen: ProcessSeen | undefined;
  readonly lack: Lack | undefined;
  /** How the login gets access to what only root may read. */
  readonly asRoot: string;
}

/** Why no tool of the host may profile a process; undefined if one may. */
export const lackOf = (rights: HostRights, pid: number): Lack | undefined => {
  const lacks = (cpuProfile.ways ?? []).map((way) => way.lacks(rights, { target: { pids: [pid] } }));
  return lacks.every((lack) => lack !== undefined) ? lacks[0] : undefined;
};

type Row = Omit<TargetRow, 'host'>;

/** A mapped binary. */
interface Binary {
  readonly path: string;
  readonly file: FileSeen;
  readonly pointers: FramePointers;
  readonly symbols: boolean | undefined;
  readonly go: boolean;
}

const binaryOf = ([path, file]: readonly [string, FileSeen]): Binary => {
  const { machine, go, symbols } = elfEnds(file.head, file.tail);
  // Functions of Go begin with a check of their stack's size; it keeps frame pointers since 1.7 (amd64) and 1.12 (arm64).
  const pointers = go ? 'yes' : framePointers(machine, file.code);
  return { path, file, pointers, symbols, go };
};

/** The binary with the program's code: its runtime's library, else its own file. */
const ownOf = (binaries: readonly Binary[]): Binary | undefined => {
  const others = binaries.filter(({ path }) => !isLibc(path));
  return others.find(({ path }) => /\.so($|\.)/.test(path) && runtimeOf(path) !== undefined) ?? others[0];
};

const runtimeIn = (binaries: readonly Binary[], { exe, name, runtime }: FoundProcess): Runtime => {
  const found = binaries.map(({ path }) => runtimeOf(path)).find((each) => each !== undefined);
  if (found !== undefined) return found;
  if (binaries.some(({ go }) => go)) return 'go';
  return (runtime === undefined ? undefined : runtimeOf(exe ?? name)) ?? 'native';
};

const versionOf = (own: Binary | undefined, binaries: readonly Binary[]): string => {
  const told = binaries.map(({ file }) => file.version).find((version) => version !== '');
  if (told !== undefined) return told;
  const path = own?.path ?? '';
  if (runtimeOf(path) === undefined) return '';
  const [, version = ''] = /(?:App\/|python|ruby-?|php-?)(\d+(?:\.\d+)+)/.exec(path) ?? [];
  return version;
};

/** What is missing for complete stacks with names, and what fixes it. */
interface Gap {
  readonly say: string;
  readonly trouble?: Trouble;
  readonly binary?: string;
}

const base = (path: string): string => path.replace(/^.*\//s, '');

const stackGaps = (
  runtime: Runtime,
  switches: readonly string[],
  own: Binary | undefined,
  libc: Binary | undefined,
): Gap[] => {
  const { framed } = runtimeFacts(runtime);
  const gaps = [own, libc].flatMap((binary): Gap[] => {
    if (binary === undefined || binary.pointers === 'yes') return [];
    const { path, pointers } = binary;
    if (pointers === 'unknown')
      return binary === own ? [{ say: `whether ${base(path)} keeps frame pointers: too few of its functions were seen` }] : []; // prettier-ignore
    const say = `the callers of ${pointers === 'some' ? 'some ' : ''}functions of ${base(path)}: built without frame pointers`;
    return [{ say, trouble: 'no frame pointers', binary: path }];
  });
  if (framed === undefined || switches.some((each) => framed.test(each))) return gaps;
  return [{ say: `the callers of ${runtime} functions: compiled without frame pointers`, trouble: 'no frame pointers', binary: '//anon' }, ...gaps]; // prettier-ignore
};

/** Whether the names of functions that are compiled or interpreted at run time will be known; '' if there are none. */
const mapOf = (runtime: Runtime, switches: readonly string[], seen: ProcessSeen): TargetRow['map'] => {
  const { compiles, interpreter, named } = runtimeFacts(runtime);
  if (compiles !== true && interpreter === undefined) return '';
  if (seen.map !== undefined && seen.map > 0) return 'yes';
  if (named !== undefined && switches.some((each) => named.test(each))) return 'yes';
  return seen.looked ? 'no' : 'unknown';
};

const nameGaps = (runtime: Runtime, map: TargetRow['map'], own: Binary | undefined): Gap[] => {
  if (map === 'unknown') return [{ say: `whether it has a perf map: this login may not look into its files` }];
  if (map === 'no') return [{ say: `the names of ${runtime} functions: it writes no perf map`, trouble: 'no map' }];
  if (map === 'yes' || own === undefined || own.symbols !== false) return [];
  return [{ say: `the names of functions that ${base(own.path)} does not export: it is stripped`, trouble: 'no symbols', binary: own.path }]; // prettier-ignore
};

const nothing = { runtime: '', version: '', pointers: '', libc: '', map: '', symbols: '', fix: '' } as const;

const once = (texts: readonly string[], by: string): string =>
  [...new Set(texts.filter((text) => text !== ''))].join(by);

const judged = ({ process, lack }: LookedProcess, seen: ProcessSeen): Row => {
  const binaries = [...seen.files].map(binaryOf);
  const [own, libc] = [ownOf(binaries), binaries.find(({ path }) => isLibc(path))];
  const runtime = runtimeIn(binaries, process);
  const switches = [process.cmd, ...seen.settings];
  const map = mapOf(runtime, switches, seen);
  const gaps = [...nameGaps(runtime, map, own), ...stackGaps(runtime, switches, own, libc)];
  const fixes = gaps.map(({ trouble, binary = '' }) => (trouble === undefined ? '' : fixOf(trouble, binary, runtime)));
  return {
    pid: process.pid,
    process: process.name,
    verdict: lack?.verdict ?? (gaps.length === 0 ? 'yes' : 'partly'),
    runtime,
    version: versionOf(own, binaries),
    pointers: own?.pointers ?? 'unknown',
    libc: libc?.pointers ?? '',
    map,
    symbols: own?.symbols === undefined ? 'unknown' : own.symbols ? 'yes' : 'no',
    cannotSee: once([...(lack === undefined ? [] : [lack.why]), ...gaps.map(({ say }) => say)], '; '),
    fix: once([lack?.fix ?? '', ...fixes.map((fix) => fix.replaceAll(/\bPID\b/g, String(process.pid)))], ' '),
  };
};

/** Whether stacks and names of a process will be readable in a profile, and what makes them so. */
export const processRow = (looked: LookedProcess): Row => {
  const { process, seen, asRoot } = looked;
  const about = { pid: process.pid, process: process.name, ...nothing };
  if (seen === undefined || seen.ended) return { ...about, verdict: 'no', cannotSee: 'it has exited' };
  if (seen.mapped) return judged(looked, seen);
  // A thread of the kernel has neither a program nor mappings.
  if (process.cmd === '' && process.exe === undefined)
    return { ...about, verdict: 'yes', cannotSee: 'user code: it has none, or this login may not see it' };
  return {
    ...about,
    runtime: process.runtime ?? '',
    verdict: 'not allowed',
    cannotSee: 'its mappings and files: they belong to another user',
    fix: asRoot,
  };
};
