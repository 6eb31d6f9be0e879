import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOfFile } from '../src/lib/bytes/bytes.ts';
import { framesOf } from '../src/lib/sources/ftrace/frames.ts';
import { ftraceProgram } from '../src/lib/sources/ftrace/program.ts';
import { bundled } from './bundled.ts';

const TRACEFS = '/sys/kernel/tracing';
const EVENTS = ['sched:sched_switch', 'sched:sched_waking'];
const KB = 65_536;
const ROUNDS = 5;
const PAGE = 4096;

/** Two processes that pass a byte back and forth switch about 100,000 times per second. */
const LOAD = ['--quiet', '--switch', '2', '--pipe', '2', '-t'];

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

interface Timed {
  /** CPU seconds of the reader on the host. */
  readonly cpu: number;
}

/** Runs a reader of an instance while the load runs, with its output in a file. */
const beside = async (argv: readonly string[], out: string, seconds: number): Promise<Timed> => {
  const load = spawn('stress-ng', [...LOAD, `${String(seconds + 2)}s`], { stdio: 'ignore' });
  const script = 'TIMEFORMAT="@ %U %S"; out=$1; limit=$2; shift 2; time timeout -s TERM "$limit" "$@" >"$out"';
  const env = { ...process.env, FBF_RUN: `fbf_bench${String(process.pid)}` };
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', out, String(seconds), ...argv], {
    encoding: 'utf8',
    env,
  });
  await new Promise((resolve) => load.once('exit', resolve));
  const [, user = 'NaN', system = 'NaN'] = /^@ (\S+) (\S+)$/m.exec(stderr) ?? [];
  return { cpu: Number(user) + Number(system) };
};

const rowsOf = (reader: string, file: string): { readonly rows: number; readonly seconds: number } => {
  const began = performance.now();
  const text = execFileSync(process.execPath, [reader, file], { encoding: 'utf8' });
  return { rows: Number(text), seconds: (performance.now() - began) / 1000 };
};

/** The same pages as trace-cmd keeps them: whole ones, a file for each CPU, joined by `trace-cmd restore`. */
const traceDat = (file: string, dir: string): string => {
  const cpus = new Set<string>();
  for (const { kind, name, body } of framesOf(bytesOfFile(file), () => undefined)) {
    if (kind !== 'cpu') continue;
    cpus.add(name);
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    for (let at = 0; at < body.length;) {
      const commit = view.getUint32(at + 8, true);
      const end = at + 16 + (commit & 0xfffff) + ((commit & (1 << 30)) === 0 ? 0 : 8);
      const page = new Uint8Array(PAGE);
      page.set(body.subarray(at, end));
      appendFileSync(join(dir, `trace.cpu${name}`), page);
      at = end;
    }
  }
  const [head, out] = [join(dir, 'head.dat'), join(dir, 'trace.dat')];
  execFileSync('trace-cmd', ['restore', '-c', '-o', head], { cwd: dir, stdio: 'ignore' });
  const files = [...cpus].sort((a, b) => Number(a) - Number(b)).map((cpu) => `trace.cpu${cpu}`);
  execFileSync('trace-cmd', ['restore', '-i', head, '-o', out, ...files], { cwd: dir, stdio: 'ignore' });
  return out;
};

const reportSeconds = (file: string): number => {
  const began = performance.now();
  const { status } = spawnSync('trace-cmd', ['report', '-i', file], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`trace-cmd report ended with ${String(status)}`);
  return (performance.now() - began) / 1000;
};

/** CPU seconds per million events of `cat trace_pipe` in an instance with the same settings. */
const textCost = async (dir: string, seconds: number): Promise<{ readonly cpu: number; readonly events: number }> => {
  const at = join(TRACEFS, 'instances', `bench_${String(process.pid)}`);
  const out = join(dir, 'text');
  mkdirSync(at);
  try {
    writeFileSync(join(at, 'buffer_size_kb'), String(KB));
    for (const event of EVENTS) writeFileSync(join(at, 'events', event.replace(':', '/'), 'enable'), '1');
    const { cpu } = await beside(['cat', join(at, 'trace_pipe')], out, seconds);
    return { cpu, events: Number(execFileSync('wc', ['-l', out], { encoding: 'utf8' }).split(' ')[0]) };
  } finally {
    writeFileSync(join(at, 'tracing_on'), '0');
    rmdirSync(at);
  }
};

const line = (what: string, value: number, done: string, goal: string): void => {
  console.log(`${what.padEnd(70)} ${value.toFixed(3).padStart(8)}   done at ${done.padEnd(6)} goal ${goal}`);
};

/** Ftrace beside trace-cmd, with the same pages, and beside `cat trace_pipe`, per event of two recordings of one load. */
export const run = async (): Promise<void> => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-ftrace-bench-'));
  try {
    const reader = await bundled('ftrace-read');
    const file = join(dir, 'pages');
    const { argv } = ftraceProgram({ events: EVENTS, filters: {}, kb: KB }, [], '');
    const raw = await beside(argv, file, 8);
    const { rows } = rowsOf(reader, file);
    const text = await textCost(dir, 8);
    const dat = traceDat(file, dir);
    const mine: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      mine.push(rowsOf(reader, file).seconds);
      theirs.push(reportSeconds(dat));
    }
    console.log(`${(statSync(file).size / 1e6).toFixed(0)} MB, ${String(rows)} events: ours ${median(mine).toFixed(2)} s, trace-cmd report ${median(theirs).toFixed(2)} s, medians of ${String(ROUNDS)}`); // prettier-ignore
    console.log(`CPU on the host: pages ${raw.cpu.toFixed(2)} s for ${String(rows)} events, cat trace_pipe ${text.cpu.toFixed(2)} s for ${String(text.events)}`); // prettier-ignore
    line('Ftrace pages -> columns / trace-cmd report of the same pages', median(mine) / median(theirs), '0.2', '0.05');
    line('host CPU of recording / cat trace_pipe, per event', raw.cpu / rows / (text.cpu / text.events), '0.33', '0.1');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
