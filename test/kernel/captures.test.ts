import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHART } from '../../src/lib/mime.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { type Cell, type Received, type Started, startKernel } from './client.ts';

const built = existsSync(join(packageRoot, 'dist', 'lib', 'index.js'));

let kernel: Started;
beforeAll(async () => {
  kernel = await startKernel({ env: { FBF_KERNEL_CHECK: '0' } });
  const connected = await kernel.client.run("import { connect, live } from 'fast-by-friday'; const host = await connect('local:');"); // prettier-ignore
  expect(connected.error).toBeUndefined();
});
afterAll(async () => {
  await kernel.client.run('await host.close();');
  await kernel.stop();
});

const LONG = '{ seconds: 60 }';

const textOf = ({ content }: Received): string =>
  (content['data'] as Record<string, string> | undefined)?.['text/plain'] ?? '';

/** Waits until the progress of a capture that a cell awaits shows some seconds. */
const captured = (cell: string, seconds = 2): Promise<Received> =>
  kernel.client.wait(
    (message) => message.parent === cell && Number(/ (\d+) of 60 s/.exec(textOf(message))?.[1] ?? 0) >= seconds,
    100_000,
    'progress under the cell',
  );

const interrupt = () => kernel.client.request('control', 'interrupt_request');
const finished = (cell: string): Promise<Cell> => kernel.client.finished(cell, 100_000);

/** Starts a cell, waits until its capture has begun, and interrupts it once. */
const stopOnce = async (code: string): Promise<Cell> => {
  const cell = kernel.client.execute(code);
  await captured(cell);
  await interrupt();
  return finished(cell);
};

const CUT = /^Cut after [\d.]+ of 60 s: it was stopped\. /;

describe.skipIf(!built)('an interrupt while a cell waits for a capture (needs npm run build)', () => {
  test('stops the capture: the variable holds the answer, the rest of the cell runs, the figure says that it was cut', async () => {
    const cell = await stopOnce(
      `const x = await host.ask('load-average', ${LONG}); console.log('the rest'); x.line('load1')`,
    );
    expect(cell.error).toBeUndefined();
    expect(cell.text()).toBe('the rest\n');
    expect(cell.result).toMatch(CUT);
    expect((await kernel.client.run('[x.how.cut !== undefined, x.size > 0, x.how.coverage < 0.5]')).result).toBe(
      '[ true, true, true ]',
    );
  });

  test('stops all captures that the cell awaits, and its live figure says that it was cut', async () => {
    const cell = await stopOnce(
      `const pair = await Promise.all([host.ask({ a: 'load-average', b: 'memory' }, ${LONG}), live(host.ask('load-average', ${LONG}), (a) => a.line('load1'))]); [pair[0].b.say, pair[1].say]`,
    );
    expect(cell.error).toBeUndefined();
    const figures = cell.outputs.map(textOf).filter((text) => text.includes('load1') || text.includes('1-minute'));
    expect(figures.at(-1)).toContain('Cut after');
    expect(cell.result?.match(/Cut after/g)).toHaveLength(2);
  });

  test('a second one ends the cell', async () => {
    const cell = kernel.client.execute(
      `const y = await host.ask('load-average', ${LONG}); console.log('the rest'); await new Promise(() => {});`,
    );
    await captured(cell);
    await interrupt();
    await kernel.client.wait(({ type, parent }) => type === 'stream' && parent === cell, 100_000, 'the rest');
    await interrupt();
    expect((await finished(cell)).reply).toMatchObject({ status: 'error', ename: 'Interrupted' });
    expect((await kernel.client.run('y.say')).result).toMatch(/^'Cut after/);
  });

  test('ends a loop of captures at the second interrupt', async () => {
    const cell = kernel.client.execute(`for (;;) await host.ask('load-average', ${LONG});`);
    await captured(cell);
    await interrupt();
    await interrupt();
    expect((await finished(cell)).reply['ename']).toBe('Interrupted');
  });

  test('ends a cell that computes while its capture runs in the background', async () => {
    const cell = kernel.client.execute(
      `const beside = host.ask('load-average', ${LONG}); console.log('begun'); for (;;);`,
    );
    await kernel.client.wait(({ type, parent }) => type === 'stream' && parent === cell);
    await interrupt();
    expect((await finished(cell)).reply['ename']).toBe('Interrupted');
    expect((await kernel.client.run('(await beside).say')).result).toMatch(/^'Cut after/);
  });

  test('ends a cell that computes while it waits for a capture', async () => {
    const cell = kernel.client.execute(
      `const first = host.ask('load-average', ${LONG}); void first.then(() => {}); console.log('begun'); for (;;);`,
    );
    await kernel.client.wait(({ type, parent }) => type === 'stream' && parent === cell);
    await interrupt();
    expect((await finished(cell)).reply['ename']).toBe('Interrupted');
    expect((await kernel.client.run('1 + 1')).result).toBe('2');
  });

  test('keeps every capture that runs while cells that compute are stopped one after another', async () => {
    const rounds = Array.from({ length: 10 }, (_, i) => `kept${i}`);
    for (const name of rounds) {
      const cell = kernel.client.execute(
        `const ${name} = host.ask('load-average', { seconds: 1, hz: 20 }); console.log('begun'); for (;;);`,
      );
      await kernel.client.wait(({ type, parent }) => type === 'stream' && parent === cell);
      await interrupt();
      expect((await finished(cell)).reply['ename']).toBe('Interrupted');
    }
    const all = await kernel.client.run(`(await Promise.all([${rounds.join(', ')}])).every((x) => x.say !== '')`);
    expect(all.result).toBe('true');
  });

  test('does not stop a capture of an earlier cell that the cell does not await', async () => {
    const earlier = kernel.client.execute(`const on = host.ask('load-average', ${LONG}); on`);
    expect((await finished(earlier)).result).toMatch(
      /^load-average on local:: \d+ of 60 s captured; await it, or \.stop\(\)$/,
    );
    const cell = kernel.client.execute("console.log('begun'); await new Promise(() => {});");
    await kernel.client.wait(({ type, parent }) => type === 'stream' && parent === cell);
    await interrupt();
    expect((await finished(cell)).reply['ename']).toBe('Interrupted');
    expect((await kernel.client.run('String(on[Symbol.for("nodejs.util.inspect.custom")]())')).result).toMatch(/of 60 s captured/); // prettier-ignore
    // If a later cell awaits that capture, the interrupt stops it.
    const later = await stopWhenAwaited('(await on).say');
    expect(later.result).toMatch(/^'Cut after/);
  });

  const stopWhenAwaited = async (code: string): Promise<Cell> => {
    // Printed in a later turn: by then the cell awaits, however busy the machine is.
    const cell = kernel.client.execute(`setTimeout(() => console.log('begun')); ${code}`);
    await kernel.client.wait(({ type, parent }) => type === 'stream' && parent === cell);
    await interrupt();
    return finished(cell);
  };

  test('shows progress and live figures under the cell that asks, without a coverage of 0 %', async () => {
    const cell = kernel.client.execute(
      "const shown = await live(host.ask('load-average', { seconds: 4 }), (a) => a.line('load1')); shown.size",
    );
    const done = await finished(cell);
    expect(done.error).toBeUndefined();
    const displays = done.outputs.filter(({ type }) => /display_data$/.test(type));
    expect(displays.map(textOf).some((text) => / of 4 s /.test(text))).toBe(true);
    expect(displays.some(({ content }) => CHART in (content['data'] as object))).toBe(true);
    expect(displays.filter(({ content }) => /coverage 0 %|"coverage":0[,}]/.test(JSON.stringify(content)))).toEqual([]);
    const elsewhere = kernel.client.seen.filter(
      (message) => message.parent !== cell && / of 4 s /.test(textOf(message)),
    );
    expect(elsewhere).toEqual([]);
  });

  test('a host prints what it is', async () => {
    expect((await kernel.client.run('host')).result).toMatch(
      /^\S+ \(local:\): live, connected \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; Linux \S+ \S+, .*\nAsk: await host\.ask/,
    );
  });
});
