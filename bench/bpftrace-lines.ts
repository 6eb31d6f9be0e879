import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readOwnBpftrace } from '../src/lib/sources/bpftrace/own-output.ts';

const PROGRAM = 'tracepoint:raw_syscalls:sys_exit { printf("{\\"ts\\": %llu, \\"pid\\": %d, \\"comm\\": \\"%s\\", \\"lat\\": %d}\\n", nsecs, pid, comm, $ns); }'; // prettier-ignore

/** Lines as bpftrace -f json prints them for PROGRAM, with 300 processes of 20 names. */
const written = async (megabytes: number): Promise<string> => {
  const folder = process.env['FBF_BENCH_DIR'] ?? join(tmpdir(), 'fast-by-friday-bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `bpftrace-lines-${String(megabytes)}.json`);
  if (existsSync(file)) return file;
  const out = createWriteStream(`${file}.part`);
  let [seed, size, ts] = [1, 0, 1e12];
  const next = (most: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % most;
  out.write('{"type": "attached_probes", "data": {"probes": 1}}\n');
  while (size < megabytes * 1e6) {
    const lines = Array.from({ length: 10_000 }, () => {
      const pid = 1000 + next(300);
      ts += next(5000);
      const data = `{"ts": ${String(ts)}, "pid": ${String(pid)}, "comm": "worker-${String(pid % 20)}", "lat": ${String(next(1 << (4 + next(20))))}}\n`;
      return `{"type": "printf", "data": ${JSON.stringify(data)}}\n`;
    }).join('');
    size += lines.length;
    if (!out.write(lines)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  renameSync(`${file}.part`, file);
  return file;
};

interface Event {
  readonly pid: number;
  readonly lat: number;
}

/** The same by what one would write: an array of objects. */
const theirs = async (file: string): Promise<number> => {
  const events: Event[] = [];
  for await (const line of createInterface({ input: createReadStream(file, { highWaterMark: 1 << 20 }) })) {
    const { type, data } = JSON.parse(line) as { type: string; data: string };
    if (type === 'printf') events.push(JSON.parse(data) as Event);
  }
  return events.reduce((sum, { lat }) => sum + lat, 0) + events.length;
};

const ours = async (file: string): Promise<number> => {
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const { tables } = await readOwnBpftrace(source, { program: PROGRAM, arrivals: () => 0 });
  const { table } = tables.get('lines') ?? {};
  const lat = table?.data['lat'];
  if (table === undefined || lat?.kind !== 'number') throw new Error('no column lat');
  let sum = table.size;
  for (let i = 0; i < table.size; i++) sum += lat.values[i] ?? 0;
  return sum;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

interface Timed {
  readonly sum: number;
  readonly seconds: number;
  readonly cpu: number;
}

const timed = async (read: (file: string) => Promise<number>, file: string): Promise<Timed> => {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const sum = await read(file);
  const { user, system } = process.cpuUsage(used);
  return { sum, seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
};

/** Printed event lines of bpftrace to columns, beside readline and JSON.parse to an array of objects: taking turns. */
export const run = async (args: string[]): Promise<void> => {
  const options = { megabytes: { type: 'string', default: '100' }, rounds: { type: 'string', default: '5' } } as const;
  const { values } = parseArgs({ args, options });
  const file = await written(Number(values.megabytes));
  const rounds: { readonly a: Timed; readonly b: Timed }[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const [a, b] = [await timed(ours, file), await timed(theirs, file)];
    if (a.sum !== b.sum) throw new Error(`expected the same sums, got ${String(a.sum)} and ${String(b.sum)}`);
    rounds.push({ a, b });
  }
  const of = (kind: 'seconds' | 'cpu'): string => {
    const [a, b] = [median(rounds.map((round) => round.a[kind])), median(rounds.map((round) => round.b[kind]))];
    return `ours ${a.toFixed(3)} s, readline and JSON.parse ${b.toFixed(3)} s, ratio ${(a / b).toFixed(3)}`;
  };
  process.stdout.write(
    `bpftrace event lines -> columns, ${(statSync(file).size / 1e6).toFixed(0)} MB, medians of ${values.rounds} (goal 0.125)\n  time: ${of('seconds')}\n  CPU time of all threads: ${of('cpu')}\n`,
  );
};
