import { hostProgram } from '../../host-program.ts';
import type { Recipe } from '../../sources/source.ts';
import { scriptHeader } from '../../transport/quote.ts';
import { hostScript } from './host.ts';
import { readSudo, SUDO_SCRIPT, type Sudo } from './sudo.ts';

/** The result for one path: how many files it names, how many can be read, and why the others cannot. */
export interface PathSeen {
  readonly all: number;
  readonly readable: number;
  readonly why: 'none' | 'absent' | 'not allowed';
}

/** What the login may read on a host; found without changing anything. */
export interface Seen {
  readonly paths: ReadonlyMap<string, PathSeen>;
  /** Number of processes, and of those whose network namespace can be read. */
  readonly processes: number;
  readonly namespaces: number;
  readonly sudo: Sudo;
}

/** The shell on the host expands the globs of these paths, so they may hold nothing else that it would split. */
const PLAIN = /^[\w./*[\]-]+$/;

/** Where a path of a recipe is looked at: files of threads at their process, since a host may have 100,000 threads. */
export const lookedAt = (path: string): string => path.replace('/task/[0-9]*/', '/');

/** Every path that is looked at for the recipes, once. */
export const pathsOf = (recipes: readonly Recipe[]): readonly string[] =>
  [...new Set(recipes.flatMap(({ read }) => read.map(lookedAt)))].filter((path) => PLAIN.test(path));

/** What is looked at: the paths of recipes, and tracepoints, 'sched/sched_switch'. */
export interface Looks {
  readonly paths: readonly string[];
  readonly tracepoints: readonly string[];
  /** The login is root: sudo is not asked. */
  readonly root: boolean;
}

/** The script that looks at all of it, and at sudo, in one round trip. It writes nothing. */
export const probe = ({ paths, tracepoints, root }: Looks): string =>
  scriptHeader({}, paths) +
  hostProgram('src/lib/session/check/probe.sh') +
  (root ? '' : SUDO_SCRIPT) +
  hostScript(tracepoints);

const whyOf = (all: number, denied: number): PathSeen['why'] => {
  if (all === 0) return 'absent';
  return denied > 0 ? 'not allowed' : 'none';
};

/** Reads what `probe` printed; ignores other lines. */
export const readProbe = (said: string): Seen => {
  const lines = said.split('\n');
  const words = (name: string): readonly string[] =>
    lines.find((line) => line.startsWith(`${name}\t`))?.split('\t') ?? [];
  const paths = lines.flatMap((line) => {
    const [kind, path = '', all, readable, denied] = line.split('\t');
    if (kind !== 'path') return [];
    return [[path, { all: Number(all), readable: Number(readable), why: whyOf(Number(all), Number(denied)) }] as const];
  });
  const [, processes = '0', namespaces = '0'] = words('spaces');
  return {
    paths: new Map(paths),
    processes: Number(processes),
    namespaces: Number(namespaces),
    sudo: readSudo(said),
  };
};
