import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { valueAt } from '../../src/lib/columns/column.ts';
import { readPerfData } from '../../src/lib/sources/perf-data/profile.ts';
import { bytesOfFile } from '../../src/lib/bytes/bytes.ts';
import { stackHealth } from '../../src/lib/stacks/health.ts';
import { ROOT, type Profile } from '../../src/lib/stacks/profile.ts';

/** Calls of hot() and cold(), which do the same work: three quarters of the time belong to hot(). */
const SHARE = 0.75;

interface Program {
  readonly file: string;
  readonly source: string;
  readonly build?: readonly string[];
  readonly run: readonly string[];
  /** hot and cold as profiles name them. */
  readonly hot: RegExp;
  readonly cold: RegExp;
  /** The program prints its actual share, because the two functions do not take exactly the same time. */
  readonly printed?: true;
}

const loop = (start: string): string => `s = ${start}; for (i = 1; i < 200000; i++) s += 1.0 / i`;

const C = `
volatile double sink;
__attribute__((noinline)) void hot(void) { double s; long i; ${loop('0')}; sink = s; }
__attribute__((noinline)) void cold(void) { double s; long i; ${loop('1')}; sink = s; }
int main(void) { for (int r = 0; r < 120; r++) { for (int i = 0; i < 30; i++) hot(); for (int i = 0; i < 10; i++) cold(); } }
`;
const CXX = `
volatile double sink;
namespace work { template <typename T> struct Hot { __attribute__((noinline)) static void hot(T n) { double s; long i; ${loop('0')}; sink = s; } };
__attribute__((noinline)) void cold(int n) { double s; long i; ${loop('1')}; sink = s; } }
int main() { for (int r = 0; r < 120; r++) { for (int i = 0; i < 30; i++) work::Hot<int>::hot(r); for (int i = 0; i < 10; i++) work::cold(r); } }
`;
const RUST = `
use std::hint::black_box;
#[inline(never)] fn hot() -> f64 { let mut s = 0.0; for i in 1..200000 { s += 1.0 / black_box(i) as f64; } s }
#[inline(never)] fn cold() -> f64 { let mut s = 1.0; for i in 1..200000 { s += 1.0 / black_box(i) as f64; } s }
fn main() { for _ in 0..120 { for _ in 0..30 { black_box(hot()); } for _ in 0..10 { black_box(cold()); } } }
`;
const GO = `package main
var sink float64
//go:noinline
func hot() { s := 0.0; for i := 1; i < 200000; i++ { s += 1.0 / float64(i) }; sink = s }
//go:noinline
func cold() { s := 1.0; for i := 1; i < 200000; i++ { s += 1.0 / float64(i) }; sink = s }
func main() { for r := 0; r < 120; r++ { for i := 0; i < 30; i++ { hot() }; for i := 0; i < 10; i++ { cold() } } }
`;
const JS = `
function hot() { let s, i; ${loop('0')}; return s }
function cold() { let s, i; ${loop('1')}; return s }
let sink = 0;
for (let r = 0; r < 160; r++) { for (let i = 0; i < 30; i++) sink += hot(); for (let i = 0; i < 10; i++) sink += cold(); }
`;
const JAVA = `
import java.lang.management.*;
public class Work {
  static double hot() { double s; int i; ${loop('0')}; return s; }
  static double cold() { double s; int i; ${loop('1')}; return s; }
  public static void main(String[] a) {
    ThreadMXBean time = ManagementFactory.getThreadMXBean();
    double sink = 0, hot = 0, cold = 0;
    for (int r = 0; r < 160; r++) {
      long begin = time.getCurrentThreadCpuTime();
      for (int i = 0; i < 30; i++) sink += hot();
      long middle = time.getCurrentThreadCpuTime();
      for (int i = 0; i < 10; i++) sink += cold();
      hot += middle - begin; cold += time.getCurrentThreadCpuTime() - middle;
    }
    System.err.println(sink);
    System.out.println(hot / (hot + cold));
  }
}
`;
const cold = /^(?:work::|main\.)?cold$/;
/**
 * Profiles show the interpreter's functions instead of the program's: only its hot built-in function can be recognised.
 */
const builtin = `
import time, zlib
data = bytes(range(256)) * 4000
hot = cold = 0
while hot + cold < 1.5:
    a = time.process_time()
    for i in range(30): zlib.crc32(data)
    b = time.process_time()
    for i in range(20): zlib.adler32(data)
    hot += b - a; cold += time.process_time() - b
print(hot / (hot + cold))
`;
const java = ['java', '-XX:+PreserveFramePointer', '-XX:-UsePerfData'];
const withMap = ['-XX:+UnlockDiagnosticVMOptions', '-XX:+DumpPerfMapAtExit'];

const programs: Readonly<Record<string, Program>> = {
  'C with frame pointers': {
    file: 'work.c',
    source: C,
    build: ['gcc', '-O1', '-fno-omit-frame-pointer', '-o', 'work', 'work.c'],
    run: ['./work'],
    hot: /^hot$/,
    cold,
  },
  'C without frame pointers': {
    file: 'bare.c',
    source: C,
    build: ['gcc', '-O2', '-fomit-frame-pointer', '-o', 'bare', 'bare.c'],
    run: ['./bare'],
    hot: /^hot$/,
    cold,
  },
  'C++': {
    file: 'work.cc',
    source: CXX,
    build: ['g++', '-O1', '-fno-omit-frame-pointer', '-o', 'workcc', 'work.cc'],
    run: ['./workcc'],
    hot: /^work::Hot<int>::hot$/,
    cold,
  },
  Rust: {
    file: 'work.rs',
    source: RUST,
    build: ['rustc', '-O', '-C', 'force-frame-pointers=yes', '-o', 'workrs', 'work.rs'],
    run: ['./workrs'],
    hot: /^work::hot$/,
    cold,
  },
  Go: {
    file: 'work.go',
    source: GO,
    build: ['go', 'build', '-o', 'workgo', 'work.go'],
    run: ['./workgo'],
    hot: /^main\.hot$/,
    cold,
  },
  'Node with a map': {
    file: 'work.js',
    source: JS,
    // A map does not name inlined functions: without the flag the main program takes hot() in after a second.
    run: [process.execPath, '--perf-basic-prof', '--no-turbo-inlining', 'work.js'],
    hot: /^JS:\S*hot /,
    cold: /^JS:\S*cold /,
  },
  'Java with a map': {
    file: 'Work.java',
    source: JAVA,
    build: ['javac', 'Work.java'],
    run: [...java, ...withMap, 'Work'],
    hot: /\bWork\.hot\b/,
    cold: /\bWork\.cold\b/,
    printed: true,
  },
  Python: {
    file: 'work.py',
    source: builtin,
    run: ['python3', 'work.py'],
    hot: /^crc32/,
    cold: /^adler32/,
    printed: true,
  },
};

/** Programs that cannot be symbolized as recorded: health must name the binary and the cause. */
const nameless: Readonly<
  Record<string, Omit<Program, 'hot' | 'cold'> & { readonly binary: RegExp; readonly why: string }>
> = {
  'C without frame pointers': {
    file: 'bare.c',
    // hot() calls another function, so that its caller can only be found with frame pointers.
    source: C.replace('s += 1.0 / i; sink = s; }', 's += 1.0 / i; sink = s; __asm__ volatile("" ::: "memory"); }'),
    build: ['gcc', '-O2', '-fomit-frame-pointer', '-fno-stack-protector', '-o', 'bare', 'bare.c'],
    run: ['./bare'],
    binary: /bare$/,
    why: 'no frame pointers',
  },
  'C without symbols': {
    file: 'stripped.c',
    source: C,
    build: ['gcc', '-O1', '-fno-omit-frame-pointer', '-s', '-o', 'stripped', 'stripped.c'],
    run: ['./stripped'],
    binary: /stripped$/,
    why: 'no symbols',
  },
  'Node without a map': {
    file: 'bare.js',
    source: JS,
    run: [process.execPath, 'bare.js'],
    binary: /perf-\d+\.map$/,
    why: 'no map',
  },
  'Java without a map': {
    file: 'Work.java',
    source: JAVA,
    build: ['javac', 'Work.java'],
    run: [...java, 'Work'],
    binary: /perf-\d+\.map$/,
    why: 'no map',
  },
};

const folder = mkdtempSync(join(tmpdir(), 'fbf-programs-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const runs = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const canRecord = runs('perf', 'record', '-q', '-o', join(folder, 'try.data'), '--', 'true');

const has = ({ build, run }: Pick<Program, 'build' | 'run'>): boolean =>
  [build?.[0] ?? 'true', run[0]!].every((tool) => tool.startsWith('./') || runs('which', tool) || tool.startsWith('/'));

/** Builds and records a program; returns its profile and its output. */
const record = async ({ file, source, build, run }: Pick<Program, 'file' | 'source' | 'build' | 'run'>) => {
  writeFileSync(join(folder, file), source);
  const env = { ...process.env, GOCACHE: join(folder, 'go-cache'), GOFLAGS: '-mod=mod' };
  if (build !== undefined) {
    const built = spawnSync(build[0]!, build.slice(1), { cwd: folder, encoding: 'utf8', env });
    expect(built.status, built.stderr).toBe(0);
  }
  const data = join(folder, 'perf.data');
  const argv = ['record', '-q', '-F', '4999', '-g', '-N', '-o', data, '--', ...run];
  const recorded = spawnSync('perf', argv, { cwd: folder, encoding: 'utf8' });
  expect(recorded.status, recorded.stderr).toBe(0);
  return { profile: await readPerfData(bytesOfFile(data)), printed: recorded.stdout };
};

/** How many samples have the function in their stack; recursion counts once. */
const samplesIn = ({ samples, stacks, frames }: Profile, name: RegExp): number => {
  let count = 0;
  for (let row = 0; row < samples.size; row++) {
    let at = (valueAt(samples.data['stack']!, row) as number | undefined) ?? ROOT;
    while (at !== ROOT && !name.test(frames.names[frames.name[stacks.frame[at]!]!]!)) at = stacks.parent[at]!;
    if (at !== ROOT) count++;
  }
  return count;
};

describe.skipIf(!canRecord)('the hot function', () => {
  it.for(Object.entries(programs))('of %s has its share', async ([, program], { skip }) => {
    if (!has(program)) skip(`not installed: ${program.build?.[0] ?? program.run[0]}`);
    const { profile, printed } = await record(program);
    const [hot, other] = [samplesIn(profile, program.hot), samplesIn(profile, program.cold)];
    expect(hot + other).toBeGreaterThan(2000);
    const share = program.printed === true ? Number(printed) : SHARE;
    expect(Math.abs(hot / (hot + other) - share)).toBeLessThan(0.02);
  });
});

describe.skipIf(!canRecord)('stack health', () => {
  it.for(Object.entries(nameless))('names the cause for %s', async ([, program], { skip }) => {
    if (!has(program)) skip(`not installed: ${program.build?.[0] ?? program.run[0]}`);
    const { profile } = await record(program);
    const { binaries } = stackHealth(profile);
    const found = binaries.find(({ binary }) => program.binary.test(binary));
    expect(found?.why, JSON.stringify(binaries)).toContain(program.why);
    expect(found?.fix.join('')).not.toBe('');
  });
});
