import type { Recipe } from '../../sources/source.ts';

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
  /** `hidepid=...` of the mount, '' if all processes are listed. */
  readonly hidden: string;
  readonly sudo: 'root' | 'yes' | 'asks' | 'no' | 'missing';
}

/** Globs are not quoted, so that the shell expands them; a recipe's paths need no other quoting. */
const PLAIN = /^[\w./*[\]-]+$/;

/** Every path that the recipes read, once. */
export const pathsOf = (recipes: readonly Recipe[]): readonly string[] =>
  [...new Set(recipes.flatMap(({ read }) => read))].filter((path) => PLAIN.test(path));

/**
 * Reads one line of each file with the shell's built-in `read`, which forks no process per file. A process that exits
 * meanwhile is not counted. A log is only opened, since a read would wait for its next line.
 */
const FUNCTIONS = `fbf_look() { g=$1; shift; a=0; r=0; d=0; n=0
for f; do [ -e "$f" ] || continue; a=$((a+1))
if case $g in /dev/*) ( : <"$f" );; *) { IFS= read -r x || [ -n "$x" ] || [ -r "$f" ]; } <"$f";; esac; then r=$((r+1))
elif [ -e "$f" ]; then d=$((d+1)); else a=$((a-1)); fi; done
printf 'path\\t%s\\t%s\\t%s\\t%s\\n' "$g" $a $r $d; }
`;

const REST = `a=0; r=0; for p in /proc/[0-9]*; do a=$((a+1)); if [ -e $p/ns/net ]; then r=$((r+1)); elif [ ! -e $p ]; then a=$((a-1)); fi; done
printf 'spaces\\t%s\\t%s\\n' $a $r
printf 'procfs\\t%s\\n' "$(sed -n 's/^[^ ]* \\/proc proc \\([^ ]*\\).*/\\1/p' /proc/mounts | tail -n 1)"
if [ "$(id -u)" = 0 ]; then echo sudo root; elif ! command -v sudo >/dev/null; then echo sudo missing
else printf 'sudo %s\\n' "$(LC_ALL=C sudo -n -l 2>&1 | tr '\\n\\t' '  ')"; fi
`;

/** The script that checks all paths in one round trip. It writes nothing, but sudo logs that it was tried. */
export const probe = (paths: readonly string[]): string =>
  `{\n${FUNCTIONS}${paths.map((path) => `fbf_look '${path}' ${path}`).join('\n')}\n${REST}} 2>/dev/null\n`;

const sudoOf = (said: string): Seen['sudo'] => {
  if (said === 'root' || said === 'missing') return said;
  if (/NOPASSWD: (.*, )?ALL\b/.test(said)) return 'yes';
  if (/password is required|a terminal is required/.test(said) || /\) (SETENV: )?ALL\b/.test(said)) return 'asks';
  return 'no';
};

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
    hidden: /hidepid=(?!0|off)\w+/.exec(words('procfs')[1] ?? '')?.[0] ?? '',
    sudo: sudoOf(
      lines
        .find((line) => line.startsWith('sudo '))
        ?.slice(5)
        .trim() ?? 'missing',
    ),
  };
};
