import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, type Started, startKernel } from '../test/kernel/client.ts';

/**
 * Our kernel beside ipykernel, tslab and Deno: one run, one client, distinct cell texts, interleaved, medians. `npm run
 * bench -- kernel [--quick]`; "Figures" in the issue defines each line.
 */
const root = join(import.meta.dirname, '..');
const rivals = join(import.meta.dirname, 'rivals');
const python = process.env['FBF_PYTHON'] ?? join(root, '.venv', 'bin', 'python');
const ours = process.env['FBF_KERNEL_FRONT'] ?? join(root, 'dist', 'kernel', 'front.js');

interface Kernel {
  readonly name: string;
  readonly version: string;
  readonly argv: readonly string[];
  readonly env?: Record<string, string>;
}

const version = (command: string, ...args: string[]): string =>
  spawnSync(command, args, { encoding: 'utf8' }).stdout.trim().split('\n')[0] ?? '?';

const install = (): void => {
  if (existsSync(join(rivals, 'node_modules'))) return;
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: rivals,
    stdio: 'ignore',
  });
  if (status !== 0) console.log('rivals: npm install failed; missing kernels are left out');
};

const installed = (name: string): string | undefined =>
  [join(rivals, 'node_modules', name), join(root, 'node_modules', name)].find((folder) => existsSync(folder));

const field = (folder: string, name: string): string =>
  String((JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>)[name]);

const contenders = (): Kernel[] => {
  install();
  const found: Kernel[] = [
    { name: 'fbf', version: field(root, 'version'), argv: [process.execPath, ours] },
    {
      name: 'fbf unchecked',
      version: field(root, 'version'),
      argv: [process.execPath, ours],
      env: { FBF_KERNEL_CHECK: '0' },
    },
  ];
  if (existsSync(python)) {
    const ipykernel = version(python, '-c', 'import ipykernel; print(ipykernel.__version__)');
    found.push({
      name: 'ipykernel',
      version: ipykernel,
      argv: [python, '-Wignore', '-m', 'ipykernel_launcher', '--log-level=50', '-f'],
    });
  }
  const tslab = installed('tslab');
  if (tslab) {
    found.push({
      name: 'tslab',
      version: field(tslab, 'version'),
      argv: [process.execPath, join(tslab, 'bin', 'tslab'), 'kernel', '--config-path'],
    });
  }
  const deno = installed('deno');
  if (deno) {
    const binary = join(deno, readdirSync(deno).includes('deno') ? 'deno' : 'bin.cjs');
    const argv = binary.endsWith('.cjs') ? [process.execPath, binary] : [binary];
    found.push({ name: 'deno', version: field(deno, 'version'), argv: [...argv, 'jupyter', '--kernel', '--conn'] });
  }
  return found;
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};

const start = (kernel: Kernel, cwd: string): Promise<Started> =>
  startKernel({ argv: kernel.argv, cwd, ...(kernel.env ? { env: kernel.env } : {}) });

/** Measures milliseconds. */
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
};

const tree = (pid: number): number[] => {
  const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return [pid, ...children.split(/\s+/).filter(Boolean).map(Number).flatMap(tree)];
};

/**
 * Resident memory in MB of a process tree, and its proportional set size (shared pages counted once,
 * proc_pid_smaps(5)).
 */
const memory = (pid: number): { rss: number; pss: number } => {
  const sum = { rss: 0, pss: 0 };
  for (const each of tree(pid)) {
    try {
      const text = readFileSync(`/proc/${each}/smaps_rollup`, 'latin1');
      sum.rss += Number(/Rss:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024;
      sum.pss += Number(/Pss:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024;
    } catch {
      // The process has exited meanwhile.
    }
  }
  return sum;
};

const cell = (client: Client, code: string, ms = 60_000): Promise<unknown> => client.run(code, {}, ms);

/** The checker is ready when it refuses a cell with a type error. */
const warm = async (client: Client): Promise<boolean> => {
  for (let i = 0; i < 200; i++) {
    const found = await client.run(`const probe${i}: number = 'no';`, { stop_on_error: false });
    if (found.reply['status'] === 'error') return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
};

type Row = [what: string, measured: string, done: string, goal: string];
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** From the start of the process to the first result, and its memory then; kernels alternate. */
const coldStarts = async (kernels: readonly Kernel[], folder: string, rounds: number) => {
  const times = new Map(kernels.map(({ name }) => [name, [] as number[]]));
  const sizes = new Map<string, { rss: number; pss: number }>();
  for (let round = 0; round <= rounds; round++) {
    for (const kernel of kernels) {
      const begin = performance.now();
      const started = await start(kernel, folder);
      await cell(started.client, `${round} + 1`);
      if (round > 0) times.get(kernel.name)?.push(performance.now() - begin);
      sizes.set(kernel.name, memory(started.child.pid ?? 0));
      await started.stop();
    }
  }
  return { times: new Map([...times].map(([name, values]) => [name, median(values)])), sizes };
};

/** A cell without reply and idle status after this time is lost (tslab loses one in about 171). */
const PATIENCE = 5000;

/** The round trip of cells with distinct text, in alternating blocks. */
const roundTrips = async (running: ReadonlyMap<string, Started>, blocks: number, text: (i: number) => string) => {
  const times = new Map([...running.keys()].map((name) => [name, [] as number[]]));
  const lost = new Map<string, number>();
  let i = 1;
  for (let block = 0; block < blocks; block++) {
    for (const [name, { client }] of running) {
      for (let n = 0; n < 20; n++) {
        i++;
        const time = await timed(async () => {
          await cell(client, text(i), PATIENCE).catch(() => {
            lost.set(name, (lost.get(name) ?? 0) + 1);
          });
        });
        if (block > 0 && time < PATIENCE) times.get(name)?.push(time);
        client.forget();
      }
    }
  }
  return { lost, trips: new Map([...times].map(([name, values]) => [name, median(values)])) };
};

const growth = async (kernel: Kernel, folder: string): Promise<[number, number]> => {
  const { client, stop } = await start(kernel, folder);
  await cell(client, '1');
  await warm(client);
  const probe = async (from: number): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < 25; i++) times.push(await timed(() => cell(client, `${from + i} + 1`)));
    return median(times);
  };
  for (let i = 0; i < 20; i++) await cell(client, `let v${i} = ${i};`);
  const early = await probe(10_000);
  for (let i = 20; i < 200; i++) await cell(client, `let v${i} = ${i};`);
  const late = await probe(20_000);
  await stop();
  return [early, late];
};

const LIBRARIES = `import * as aq from 'arquero';
import type { TopLevelSpec } from 'vega-lite';
const table = aq.table({ a: [1, 2, 3] });
const spec: TopLevelSpec = { data: { values: table.objects() }, mark: 'bar', encoding: { x: { field: 'a', type: 'quantitative' } } };
spec.mark`;

const libraries = async (kernel: Kernel, folder: string) => {
  const { client, child, stop } = await start(kernel, folder);
  await cell(client, '1');
  await warm(client);
  const first = await timed(() => cell(client, LIBRARIES));
  const complete = (code: string) => client.request('shell', 'complete_request', { code, cursor_pos: code.length });
  const times: number[] = [];
  for (let i = 0; i < 30; i++) times.push(await timed(() => complete(`const c${i} = table.`)));
  const size = memory(child.pid ?? 0);
  await stop();
  return { first, completion: median(times.slice(5)), size };
};

/** What is answered while a cell computes, and how long a stop takes. */
const busy = async (kernel: Kernel, folder: string) => {
  const { client, stop } = await start(kernel, folder);
  await cell(client, 'const words = ["a"];');
  await warm(client);
  const begin = async (code: string): Promise<string> => {
    const id = client.execute(`console.log("begun"); ${code}`);
    await client.wait(({ type, parent }) => type === 'stream' && parent === id);
    return id;
  };
  const stopping = async (code: string): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < 15; i++) {
      const id = await begin(`${i}; ${code}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
      times.push(
        await timed(async () => {
          void client.request('control', 'interrupt_request');
          await client.finished(id);
        }),
      );
    }
    return median(times);
  };
  const loop = await stopping('for (;;);');
  const afterAwait = await stopping('await null; for (;;);');
  const pending = await stopping('await new Promise(() => {});');
  const id = await begin('for (;;);');
  const many = async (work: () => Promise<unknown>): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < 25; i++) times.push(await timed(work));
    return median(times);
  };
  const beat = await many(() => client.beat());
  const control = await many(() => client.request('control', 'kernel_info_request'));
  const completion = await many(() => client.request('shell', 'complete_request', { code: 'words.', cursor_pos: 6 }));
  await client.request('control', 'interrupt_request');
  await client.finished(id);
  await stop();
  return { loop, afterAwait, pending, beat, control, completion };
};

/**
 * A cell that prints 100 MB, then another one: every line must be in the file that the cell names, and both processes
 * must stay as large as after a cell of 1 MB (code compiled at the first print is in both figures).
 */
const flood = async (kernel: Kernel, folder: string): Promise<string> => {
  const { client, child, stop } = await start(kernel, folder);
  const printed = async (lines: number): Promise<{ kept: number; seconds: number; rss: number; shown: number }> => {
    const begin = performance.now();
    const done = await client.run(`for (let i = 0; i < ${lines}; i++) console.log("x".repeat(99));`, {}, 120_000);
    const seconds = (performance.now() - begin) / 1000;
    const file = /the whole output is in (\S+)\]/.exec(done.text('stderr'))?.[1] ?? '';
    const kept = file === '' ? 0 : Number(spawnSync('wc', ['-l', file], { encoding: 'utf8' }).stdout.split(' ')[0]);
    if (file !== '') rmSync(file);
    return { kept, seconds, rss: memory(child.pid ?? 0).rss, shown: done.text('stdout').length };
  };
  await cell(client, '1');
  // Wait until the checker has its memory: it starts after the first cell.
  await client.request('shell', 'complete_request', { code: 'Math.', cursor_pos: 5 });
  const little = await printed(9_000);
  const first = await printed(1_000_000);
  const second = await printed(1_000_000);
  await stop();
  const grown = [first, second].map(({ rss }) => `${(rss - little.rss).toFixed(0)} MB`).join(', then ');
  return `${first.kept} of 1000000 lines kept in ${first.seconds.toFixed(1)} s, shown ${(first.shown / 1e6).toFixed(1)} MB; memory ${little.rss.toFixed(0)} MB after a cell of 0.9 MB, grown by ${grown} after 100 and 200 MB`;
};

const print = (rows: readonly Row[]): void => {
  const all: Row[] = [['', 'measured', 'done at', 'goal'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  for (const row of all)
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
};

/** Prints the table. */
export const run = async (args: string[]): Promise<void> => {
  const quick = args.includes('--quick');
  const kernels = contenders();
  console.log(kernels.map(({ name, version: v }) => `${name} ${v}`).join(', '), `; Node ${process.versions.node}`);
  const folder = mkdtempSync(join(tmpdir(), 'fbf-bench-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const [checked, unchecked] = kernels as [Kernel, Kernel];
  const phase = (name: string): void => {
    process.stderr.write(`${name} ...\n`);
  };
  try {
    phase('cold starts');
    const cold = await coldStarts(
      kernels.filter(({ name }) => name !== 'fbf unchecked'),
      folder,
      quick ? 3 : 9,
    );
    phase('trivial cells');
    const running = new Map<string, Started>();
    for (const kernel of kernels) running.set(kernel.name, await start(kernel, folder));
    for (const { client } of running.values()) await cell(client, '1');
    const isWarm = await warm(running.get('fbf')!.client);
    if (!isWarm) console.log('fbf: the checker did not start: lines marked "checked" are invalid in this run');
    const { trips, lost } = await roundTrips(running, quick ? 4 : 11, (i) => `${i} + 1`);
    for (const { stop } of running.values()) await stop();
    phase('growth');
    const [early, late] = await growth(checked, folder);
    phase('arquero and vega-lite');
    const typed = await libraries(checked, folder);
    phase('busy loops');
    const held = await busy(checked, folder);
    phase('100 MB');
    const flooded = await flood(unchecked, folder);
    const ip = (values: ReadonlyMap<string, number>, name: string): string =>
      `${((values.get(name) ?? NaN) / (values.get('ipykernel') ?? NaN)).toFixed(2)} (${ms(values.get(name) ?? NaN)} / ${ms(values.get('ipykernel') ?? NaN)})`;
    const mb = ({ rss, pss }: { rss: number; pss: number }): string =>
      `${rss.toFixed(0)} MB resident, ${pss.toFixed(0)} MB shared pages once`;
    print([
      ['cold start to the first result / ipykernel', ip(cold.times, 'fbf'), '0.5', '0.3'],
      ['trivial distinct cell, types checked / ipykernel', ip(trips, 'fbf'), '1.4', '0.8'],
      ['trivial distinct cell, unchecked / ipykernel', ip(trips, 'fbf unchecked'), '0.5', '0.35'],
      ['first cell that uses arquero and vega-lite, checked', ms(typed.first), '2 s', '1 s'],
      [
        'cell after 200 cells / after 20, checked',
        `${(late / early).toFixed(2)} (${ms(late)} / ${ms(early)})`,
        '2',
        '1.2',
      ],
      ['member completion with those in scope, warm', ms(typed.completion), '25 ms', '10 ms'],
      ['heartbeat in a busy loop', ms(held.beat), '50 ms', '20 ms'],
      ['control in a busy loop', ms(held.control), '50 ms', '20 ms'],
      ['completion in a busy loop', ms(held.completion), '50 ms', '20 ms'],
      ['interrupt to reply: loop', ms(held.loop), '50 ms', '20 ms'],
      ['interrupt to reply: loop after an await', ms(held.afterAwait), '50 ms', '20 ms'],
      ['interrupt to reply: pending await', ms(held.pending), '50 ms', '20 ms'],
      ['memory at the first result', mb(cold.sizes.get('fbf')!), '180 MB', '130 MB'],
      ['memory with those types, checker included', mb(typed.size), '550 MB', '300 MB'],
      ['100 MB printed by one cell', flooded, 'nothing lost, no growth', ''],
    ]);
    console.log('\nthe others, same run:');
    for (const { name } of kernels.slice(2)) {
      const rss = cold.sizes.get(name)?.rss.toFixed(0) ?? '?';
      console.log(
        `${name.padEnd(10)} cold start ${ms(cold.times.get(name) ?? NaN)}, trivial cell ${ms(trips.get(name) ?? NaN)}, memory ${rss} MB, lost cells ${lost.get(name) ?? 0}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
