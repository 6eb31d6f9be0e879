import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect, type Findings, sixtySeconds } from '../../src/lib/index.ts';
import { packageRoot } from '../../src/lib/paths.ts';

const findings = async (name: string): Promise<Findings> => {
  const host = await connect(`recording:${join(packageRoot, 'fixtures', name)}`);
  return sixtySeconds((await host.ask(sixtySeconds.questions as never)) as never);
};

describe('the first minute of a recorded host', () => {
  test('that is idle names nothing', async () => {
    const { suspects, say } = await findings('idle');
    expect(suspects).toEqual([]);
    expect(say).toMatch(/^No resource is suspect\. Ruled out: .*the CPU/);
  });

  test('that is CPU-bound names the CPU and who burns it', async () => {
    const { suspects, say } = await findings('cpu-bound');
    expect(suspects).toEqual(['CPU']);
    expect(say).toContain('3 x checkout');
  });

  test('that is disk-bound names the disk, not the CPU, and who writes', async () => {
    const { suspects, say } = await findings('disk-bound');
    expect(suspects).toEqual(['disk']);
    expect(say).toMatch(/^Suspect: the disk \(vda: 2 x commitlog/);
  });
});

test('a question answers from a recording as it did on the host, with its provenance', async () => {
  const host = await connect(`recording:${join(packageRoot, 'fixtures', 'cpu-bound')}`);
  const cpu = (await host.ask('mpstat' as never)) as unknown as {
    size: number;
    how: { host: string; tool: string; recording: string };
  };
  expect(cpu.size).toBeGreaterThan(10);
  expect(cpu.how).toMatchObject({ host: 'guest', tool: 'perl reading /proc' });
});

test('two recordings answer together, with a column for the host', async () => {
  const urls = ['idle', 'cpu-bound'].map((name) => `recording:${join(packageRoot, 'fixtures', name)}`);
  const hosts = await connect(urls);
  const load = (await hosts.ask('uptime' as never)) as unknown as {
    columns: object;
    rows(): readonly { host: string }[];
  };
  expect(Object.keys(load.columns)[0]).toBe('host');
  expect(new Set(load.rows().map(({ host }) => host))).toEqual(new Set(['guest (idle)', 'guest (cpu-bound)']));
});

test('an unknown question names the one that was meant', async () => {
  const host = await connect(`recording:${join(packageRoot, 'fixtures', 'idle')}`);
  expect(() => host.ask('iosta' as never)).toThrow(/Did you mean iostat\?/);
});

test('a folder that is no recording says how to look at it', async () => {
  await expect(connect(`recording:${packageRoot}`)).rejects.toThrow(/manifest\.json/);
});
