import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect, type Findings, sixtySeconds } from '../../src/lib/index.ts';
import { packageRoot } from '../../src/lib/paths.ts';

const findings = async (name: string): Promise<Findings> => {
  const host = await connect(`recording:${join(packageRoot, 'fixtures', name)}`);
  return sixtySeconds((await host.ask(sixtySeconds.questions as never)) as never);
};

describe('the first minute of a host', () => {
  test('that is idle names nothing', async () => {
    const { suspects, say } = await findings('idle');
    expect(suspects).toEqual([]);
    expect(say).toMatch(/^No resource is suspect\. Ruled out: .*the CPU/);
  });

  test('that is CPU-bound names the CPU and the process that uses it', async () => {
    const { suspects, cleared, say } = await findings('cpu-bound');
    expect(suspects).toEqual(['CPU']);
    expect(cleared).toEqual(expect.arrayContaining(['memory', 'disk', 'limits']));
    expect(say).toContain('3 x thumbs-rebuild');
  });

  test('that is disk-bound names the disk and the writer, and rules out the CPU', async () => {
    const { suspects, cleared, say } = await findings('disk-bound');
    expect(suspects).toEqual(['disk']);
    expect(cleared).toEqual(expect.arrayContaining(['CPU', 'memory', 'limits']));
    expect(say).toMatch(/^Suspect: the disk \(loop0: 2 x nightly-export/);
  });

  test('that is short of memory names memory first, and the cgroup', async () => {
    const { suspects, cleared, say } = await findings('memory-bound');
    expect(suspects[0]).toBe('memory');
    expect(cleared).toContain('disk');
    expect(say).toMatch(/^Suspect: memory \(cgroup \/system\.slice\/recommend-train\.service\)/);
  });

  test('behind a lossy network names the network, and rules out the rest', async () => {
    const { suspects, cleared, say } = await findings('lossy-network');
    expect(suspects).toEqual(['network']);
    expect(cleared).toEqual(expect.arrayContaining(['memory', 'disk', 'limits']));
    expect(say).toMatch(/^Suspect: the network \(packet loss/);
  });
});

test('the table of the verdict is ordered by severity and says what to do about a suspect', async () => {
  const { table } = await findings('cpu-bound');
  const rows = table.rows();
  const order = ['cause', 'suspect', 'undecided', 'not checked', 'cleared'];
  expect(rows.map(({ verdict }) => order.indexOf(verdict))).toEqual(
    rows.map(({ verdict }) => order.indexOf(verdict)).sort((a, b) => a - b),
  );
  expect(rows[0]).toMatchObject({ verdict: 'suspect' });
  for (const { verdict, next, fix } of rows) {
    if (verdict === 'suspect') expect([next, fix].join(' ')).toMatch(/^[A-Z].{40,}$/);
    if (verdict === 'cleared') expect([next, fix]).toEqual(['', '']);
  }
});

test('a question about a recording has the answer and provenance that it had on the host', async () => {
  const host = await connect(`recording:${join(packageRoot, 'fixtures', 'cpu-bound')}`);
  const cpu = (await host.ask('mpstat' as never)) as unknown as {
    size: number;
    how: { host: string; tool: string; recording: string };
  };
  expect(cpu.size).toBeGreaterThan(10);
  expect(cpu.how).toMatchObject({ host: 'shop-1', tool: 'perl reading /proc' });
});

test('two recordings are answered together, with a host column', async () => {
  const urls = ['idle', 'cpu-bound'].map((name) => `recording:${join(packageRoot, 'fixtures', name)}`);
  const hosts = await connect(urls);
  const load = (await hosts.ask('uptime' as never)) as unknown as {
    columns: object;
    rows(): readonly { host: string }[];
  };
  expect(Object.keys(load.columns)[0]).toBe('host');
  expect(new Set(load.rows().map(({ host }) => host))).toEqual(new Set(['shop-1 (idle)', 'shop-1 (cpu-bound)']));
});

test('an unknown question gives an error that suggests the one that was meant', async () => {
  const host = await connect(`recording:${join(packageRoot, 'fixtures', 'idle')}`);
  expect(() => host.ask('iosta' as never)).toThrow(/Did you mean iostat\?/);
});

test('a folder that is not a recording gives an error with the next step', async () => {
  await expect(connect(`recording:${packageRoot}`)).rejects.toThrow(/manifest\.json/);
});
