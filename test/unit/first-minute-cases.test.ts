import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect, type Finding, type Findings, sixtySeconds } from '../../src/lib/index.ts';
import { packageRoot } from '../../src/lib/paths.ts';

const findings = async (name: string): Promise<Findings> => {
  const host = await connect(`recording:${join(packageRoot, 'fixtures', name)}`);
  return sixtySeconds((await host.ask(sixtySeconds.questions as never)) as never);
};

const named = async (name: string) => {
  const { causes, cleared, say } = await findings(name);
  const names = (found: readonly Finding[]) => found.map(({ component }) => component);
  return { causes: names(causes), cleared: names(cleared), say };
};

describe('the first minute of a host', () => {
  test('that is idle names nothing', async () => {
    const { causes, say } = await named('idle');
    expect(causes).toEqual([]);
    expect(say).toMatch(/^No resource is suspect\. Ruled out: .*the CPU/);
  });

  test('that is CPU-bound names the CPU and the process that uses it', async () => {
    const { causes, cleared, say } = await named('cpu-bound');
    expect(causes).toEqual(['CPU']);
    expect(cleared).toEqual(expect.arrayContaining(['memory', 'disk', 'limits']));
    expect(say).toContain('3 x thumbs-rebuild');
  });

  test('that is disk-bound names the disk and the writer, and rules out the CPU', async () => {
    const { causes, cleared, say } = await named('disk-bound');
    expect(causes).toEqual(['disk']);
    expect(cleared).toEqual(expect.arrayContaining(['CPU', 'memory', 'limits']));
    expect(say).toMatch(/^Suspect: the disk \(loop0: 2 x nightly-export/);
  });

  test('that is short of memory names memory first, and the cgroup', async () => {
    const { causes, cleared, say } = await named('memory-bound');
    expect(causes[0]).toBe('memory');
    expect(cleared).toContain('disk');
    expect(say).toMatch(/^Suspect: memory \(cgroup \/system\.slice\/recommend-train\.service\)/);
  });

  test('behind a lossy network names the network, and rules out the rest', async () => {
    const { causes, cleared, say } = await named('lossy-network');
    expect(causes).toEqual(['network']);
    expect(cleared).toEqual(expect.arrayContaining(['memory', 'disk', 'limits']));
    expect(say).toMatch(/^Suspect: the network \(packet loss/);
  });
});

test('the table of the verdict is ordered by severity and says what to do about a suspect', async () => {
  const rows = (await findings('cpu-bound')).rows();
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

test('a finding names its culprit, the rule, the answers that it rests on, and where to look next', async () => {
  const { causes, open, next } = await findings('disk-bound');
  const [disk] = causes;
  expect(disk).toMatchObject({ component: 'disk', verdict: 'suspect' });
  expect(disk?.culprit).toMatch(/^loop0: 2 x nightly-export/);
  expect(disk?.threshold).toContain('10 ms');
  expect(disk?.evidence.map(({ how }) => how.question)).toEqual(['disk-activity']);
  expect(disk?.next[0]).toEqual(next[0]);
  expect(open.filter(({ evidence }) => evidence.length === 0).map(({ verdict }) => verdict)).toEqual(Array(3).fill('not checked')); // prettier-ignore
});

test('findings are an answer: its verbs and its figure are those of the table', async () => {
  const found = await findings('cpu-bound');
  const suspects = found.filter(({ verdict }) => verdict === 'suspect');
  expect(suspects.rows().map(({ component }) => component)).toContain('CPU');
  expect(found.how).toMatchObject({ question: 'sixty-seconds', seen: found.size });
  expect(Object.keys(found.columns)).toEqual('step component verdict say threshold culprit next fix'.split(' '));
});

test('a question about a recording has the answer and provenance that it had on the host', async () => {
  const host = await connect(`recording:${join(packageRoot, 'fixtures', 'cpu-bound')}`);
  const cpu = (await host.ask('mpstat' as never)) as unknown as {
    size: number;
    how: { host: string; tool: string; reader: string };
  };
  expect(cpu.size).toBeGreaterThan(10);
  expect(cpu.how).toMatchObject({ host: 'shop-1', tool: '/proc', reader: 'perl' });
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
