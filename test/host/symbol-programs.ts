import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The build-id does not cover symbols: only the text in the program makes each another one. */
const C = (name: string): string => `
__attribute__((used)) const char which[] = "${name}";
volatile unsigned long sink;
__attribute__((noipa)) static void ${name}_hot(void) { for (unsigned long i = 0; i < 1000000; i++) sink += i * i; }
__attribute__((noipa)) void ${name}_work(void) { ${name}_hot(); sink++; }
int main(void) { for (;;) { ${name}_work(); sink++; } }
`;

const JS = `
function hotInNode() { let s = 0; for (let i = 1; i < 2e5; i++) s += 1 / i; return s }
function workInNode() { let s = 0; for (let i = 0; i < 50; i++) s += hotInNode(); return s }
let sink = 0; for (;;) sink += workInNode();
`;

/** A file name that a shell, a list of lines or of words would break. */
export const ODD = 'we ird\n$(touch oops)\'"`;&\\0101%s';

/** Programs that run for ever, in a folder; each function's name tells its program. */
export const buildPrograms = (folder: string) => {
  const run = (file: string, ...argv: string[]): void => {
    execFileSync(file, argv, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const gcc = (name: string, out: string, ...flags: string[]): string => {
    writeFileSync(join(folder, `${name}.c`), C(name));
    run('gcc', '-O1', '-fno-optimize-sibling-calls', '-Wl,--build-id', ...flags, '-o', out, `${name}.c`);
    return join(folder, out);
  };
  const split = (): string => {
    const path = gcc('split', 'split', '-fno-omit-frame-pointer');
    mkdirSync(join(folder, '.debug'));
    run('objcopy', '--only-keep-debug', 'split', '.debug/split.debug');
    run('objcopy', '--strip-all', '--add-gnu-debuglink=.debug/split.debug', 'split');
    return path;
  };
  return {
    pointers: gcc('pointers', 'pointers', '-fno-omit-frame-pointer'),
    bare: gcc('bare', 'bare', '-fomit-frame-pointer'),
    split: split(),
    inside: gcc('inside', 'inside', '-fno-omit-frame-pointer'),
    odd: gcc('odd', ODD, '-fno-omit-frame-pointer'),
    replaced: gcc('replaced', 'replaced', '-fno-omit-frame-pointer'),
    ended: gcc('ended', 'ended', '-fno-omit-frame-pointer'),
    other: gcc('other', 'other', '-fno-omit-frame-pointer'),
  };
};

/** Starts the programs; their pids are those of the programs themselves. */
export const startPrograms = (programs: ReturnType<typeof buildPrograms>, cwd: string) => {
  const start = (file: string, ...argv: string[]): ChildProcess => spawn(file, argv, { cwd, stdio: 'ignore' });
  // In its own mount namespace with its own /tmp, in which the folder of $1 stays; $1 is open as 3.
  const startInside = (line: string, ...argv: string[]): ChildProcess =>
    start(
      'unshare',
      '-m',
      'sh',
      '-c',
      `exec 3<"$1"; d=$(dirname "$1"); mount --bind "$d" /mnt; mount -t tmpfs none /tmp; mkdir -p "$d"; mount --bind /mnt "$d"; ${line}`,
      'sh',
      ...argv,
    );
  const node = [process.execPath, '--perf-basic-prof', '-e', JS] as const;
  return {
    pointers: start(programs.pointers),
    bare: start(programs.bare),
    split: start(programs.split),
    odd: start(programs.odd),
    replaced: start(programs.replaced),
    ended: start(programs.ended),
    node: start(...node),
    inside: startInside('cat <&3 >/tmp/inside; chmod +x /tmp/inside; exec /tmp/inside', programs.inside),
    nodeInside: startInside('exec "$@"', ...node),
  };
};
