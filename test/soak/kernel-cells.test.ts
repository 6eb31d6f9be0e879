import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Received, type Started, startKernel } from '../kernel/client.ts';

const count = Number(process.env['FBF_SOAK_CELLS'] ?? 10_000);
const together = 20;
let kernel: Started;

beforeAll(async () => {
  kernel = await startKernel({ env: { FBF_KERNEL_CHECK: '0' } });
});
afterAll(() => kernel.stop());

/** The messages of a cell that prints twice on each stream, displays and returns a value, in this order. */
const expected = (n: number): string[] => [
  'busy',
  `input ${n}`,
  `stdout out ${n}`,
  `stderr err ${n}`,
  `stdout again ${n}`,
  `display ${n}`,
  `result ${n}`,
  'idle',
];

const say = ({ type, content }: Received): string => {
  if (type === 'status') return String(content['execution_state']);
  if (type === 'execute_input') return `input ${String(content['execution_count'])}`;
  if (type === 'stream') return `${String(content['name'])} ${String(content['text']).trim()}`;
  const data = content['data'] as Record<string, string>;
  return `${type === 'execute_result' ? 'result' : 'display'} ${data['text/plain'] ?? ''}`;
};

test(`every reply, idle and output of ${count} cells arrives in order under its own parent`, async () => {
  const { client } = kernel;
  const wrong: string[] = [];
  for (let from = 1; from <= count; from += together) {
    const batch = Array.from({ length: together }, (_, i) => from + i);
    const ids = batch.map((n) =>
      client.execute(
        `console.log('out', ${n}); console.error('err', ${n}); console.log('again', ${n}); jupyter.display({ 'text/plain': '${n}' }); ${n}`,
      ),
    );
    for (const [i, id] of ids.entries()) {
      const n = batch[i]!;
      const cell = await client.finished(id, 30_000).catch((error: unknown) => String(error));
      if (typeof cell === 'string') {
        wrong.push(`${n}: ${cell}`);
        continue;
      }
      const said = cell.outputs.map(say);
      if (cell.reply['execution_count'] !== n || said.join() !== expected(n).join())
        wrong.push(`${n}: ${said.join(', ')}`);
    }
    const strangers = client.seen.filter(
      ({ parent, type }) => !ids.includes(parent) && type !== 'iopub_welcome' && parent !== '',
    );
    wrong.push(...(from === 1 ? [] : strangers.map(({ type, parent }) => `${type} of ${parent}`)));
    client.forget();
    if (wrong.length > 10) break;
  }
  expect(client.badSignatures()).toBe(0);
  expect(wrong).toEqual([]);
});
