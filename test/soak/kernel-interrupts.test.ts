import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Started, startKernel } from '../kernel/client.ts';

/** Cells that a user may want to stop, interrupted at random times. */
const cells: readonly (readonly [string, string])[] = [
  ['a loop', 'for (;;);'],
  ['a loop that computes', 'let n = 0; for (;;) n = Math.sqrt(n + 1);'],
  ['a loop after an await', 'await null; for (;;);'],
  ['a loop that awaits', 'for (;;) await new Promise((resolve) => setTimeout(resolve, 1));'],
  [
    'a loop that awaits files',
    "import { readFile } from 'node:fs/promises'; for (;;) await readFile('/proc/self/stat', 'utf8');",
  ],
  ['a loop in a try', 'for (;;) { try { JSON.parse("{"); } catch {} }'],
  ['an await that never ends', 'await new Promise(() => {});'],
  ['a chain of promises', 'const chain = (): Promise<unknown> => Promise.resolve().then(chain); await chain();'],
  ['timers', 'setInterval(() => { for (let i = 0; i < 1e7; i++); }, 1); await new Promise(() => {});'],
  ['a timer that loops', 'setTimeout(() => { for (;;); }, 1); await new Promise(() => {});'],
  ['ticks', 'const tick = (): void => process.nextTick(tick); tick(); await new Promise(() => {});'],
  ['immediates', 'const next = (): void => { setImmediate(next); }; next(); await new Promise(() => {});'],
  ['printing', 'for (;;) console.log("spam");'],
  ['showing', 'for (;;) { jupyter.display({ "text/plain": "x" }); await null; }'],
  [
    'a child that is awaited',
    "import { spawn } from 'node:child_process'; await new Promise((r) => spawn('sleep', ['100']).on('exit', r)); await new Promise(() => {});",
  ],
  ['a child that blocks', "import { execFileSync } from 'node:child_process'; execFileSync('sleep', ['100']);"],
  [
    'a shell that blocks',
    "import { execSync } from 'node:child_process'; execSync('sleep 100; true', { stdio: 'inherit' });",
  ],
  ['a wait on shared memory', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'],
  ['a generator', 'function* all(): Generator<number> { for (let i = 0; ; i++) yield i; } for (const _ of all());'],
  ['a regular expression', "/^(a+)+$/.test('a'.repeat(60) + '!');"],
];

const rounds = Number(process.env['FBF_SOAK_INTERRUPTS'] ?? 1000);
let kernel: Started;

beforeAll(async () => {
  kernel = await startKernel({ env: { FBF_KERNEL_CHECK: process.env['FBF_SOAK_CHECKED'] ?? '0' } });
});
afterAll(() => kernel.stop());

/** A random generator with a seed, so that a failed run can be repeated (FBF_SEED). */
const random = (seed: number) => () => (seed = (seed * 48271) % 2147483647) / 2147483647;

test(`after each of ${rounds} interrupts the next cell answers with its variables intact`, async () => {
  const { client } = kernel;
  const seed = Number(process.env['FBF_SEED'] ?? (Date.now() % 2147483646) + 1);
  const next = random(seed);
  await client.run('let kept = 0; const box = { deep: [1, 2, 3] };');
  const wrong: string[] = [];
  let slowest = 0;
  for (let round = 1; round <= rounds; round++) {
    const [name, source] = cells[Math.floor(next() * cells.length)]!;
    const before = `round ${round} (seed ${seed}), ${name}`;
    const id = client.execute(`kept++; ${source}`);
    const begun = await client
      .wait(({ type, parent }) => type === 'execute_input' && parent === id, 10_000)
      .catch(() => undefined);
    if (!begun) {
      wrong.push(
        `${before}: did not begin; ${JSON.stringify(client.seen.map(({ type, content }) => [type, content]))}`,
      );
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, next() * 40));
    const asked = performance.now();
    await client.request('control', 'interrupt_request');
    const stopped = await client.finished(id, 20_000).catch((error: unknown) => String(error));
    slowest = Math.max(slowest, performance.now() - asked);
    if (typeof stopped === 'string') wrong.push(`${before}: ${stopped}`);
    else if (stopped.reply['ename'] !== 'Interrupted') wrong.push(`${before}: ${JSON.stringify(stopped.reply)}`);
    const after = await client.run('[kept, box.deep.length]', {}, 20_000).catch((error: unknown) => String(error));
    if (typeof after === 'string') wrong.push(`${before}: then ${after}`);
    else if (after.result !== `[ ${round}, 3 ]` && after.result !== `[ ${round - 1}, 3 ]`)
      wrong.push(`${before}: then ${after.result}`);
    else if (after.result === `[ ${round - 1}, 3 ]`) await client.run('kept++');
    if (wrong.length > 5) break;
    client.forget();
  }
  console.log(`slowest stop ${slowest.toFixed(0)} ms`);
  expect(wrong).toEqual([]);
});
