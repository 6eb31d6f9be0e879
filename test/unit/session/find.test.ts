import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Process, Selection } from '../../../src/lib/api.ts';
import { connect } from '../../../src/lib/index.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import type { Manifest, ProcessFact } from '../../../src/lib/recording/format.ts';
import { PROCESS } from '../../../src/lib/session/look-up.ts';
import { processesOf } from '../../../src/lib/session/processes.ts';
import { selecting } from '../../../src/lib/session/selection.ts';

const BUNDLED = join(packageRoot, 'fixtures', 'cpu-bound');

const ID = '0123456789ab';
const FACTS = [
  { pid: 1, started: 27, ppid: 0, name: 'init', cmd: '/sbin/init', cgroup: '/init.scope', unit: 'init.scope' },
  {
    pid: 7,
    started: 1333,
    ppid: 1,
    name: 'nginx',
    cmd: 'nginx: worker',
    cgroup: '/system.slice/nginx.service',
    unit: 'nginx.service',
  },
  {
    pid: 8,
    started: 1334,
    ppid: 1,
    name: 'nginx',
    cmd: 'nginx --port 80',
    cgroup: '/system.slice/nginx.service/a',
    unit: 'nginx.service',
  },
  { pid: 9, started: 99_999, ppid: 7, name: 'node', cmd: 'node server.js', cgroup: `/docker/${ID}`, container: ID },
].map((fact) => ({
  exe: '',
  user: '',
  unit: '',
  container: '',
  pod: '',
  netns: '',
  runtime: '',
  ...fact,
})) satisfies ProcessFact[];

const known = processesOf({ processes: FACTS, host: { ticks: 100 } } as unknown as Manifest);
const pids = (who: string | Selection): number[] => known.filter(selecting(who)).map(({ pid }) => pid);

test.each<readonly [string, string | Selection, readonly number[]]>([
  ['a pid', { pid: 7 }, [7]],
  ['several pids', { pid: [7, 9] }, [7, 9]],
  ['a name', { name: 'nginx' }, [7, 8]],
  ['a pattern for the command line', { cmd: /--port \d+\b/ }, [8]],
  ['a pattern with a g flag, which must not skip every other process', { cmd: /nginx/g }, [7, 8]],
  ['a unit', { unit: 'nginx.service' }, [7, 8]],
  ['a unit without .service', { unit: 'nginx' }, [7, 8]],
  ['a cgroup and those below it', { cgroup: '/system.slice/nginx.service' }, [7, 8]],
  ['a cgroup by its path, not by a beginning of its name', { cgroup: '/system.slice/nginx' }, []],
  ['a cgroup with a slash at the end', { cgroup: '/docker/' }, [9]],
  ['the beginning of a container', { container: '01234' }, [9]],
  ["a container's whole id", { container: `${ID}${'f'.repeat(52)}` }, [9]],
  ['several properties, which must all match', { name: 'nginx', pid: [8, 9] }, [8]],
  [
    'a property that is undefined, which selects nothing',
    { name: 'node', pid: undefined } as unknown as Selection,
    [9],
  ],
  ['a text that is a pid', '7', [7]],
  ['a text that is a name', 'node', [9]],
  ['a text that is a unit', 'init.scope', [1]],
  ['a text that is part of a command line', 'server.js', [9]],
])('%s selects', (_, who, expected) => {
  expect(pids(who)).toEqual(expected);
});

test('an empty selection and a misspelt property are refused with what to write instead', () => {
  for (const nothing of ['', {}, { name: '' }] as const)
    expect(() => selecting(nothing)).toThrow(/got an empty selection\nName one: host\.find\(\{ name: 'nginx' \}\)/);
  expect(() => selecting({ nmae: 'x' } as Selection)).toThrow(
    /expected one of pid, name, .* got "nmae"\nDid you mean name\?/,
  );
});

test('properties that a process does not have are absent; its start time is in seconds', () => {
  expect(known[3]).toEqual({
    pid: 9,
    started: 999.99,
    ppid: 7,
    name: 'node',
    cmd: 'node server.js',
    cgroup: `/docker/${ID}`,
    container: ID,
  });
});

describe('a recording', () => {
  const { processes } = JSON.parse(readFileSync(join(BUNDLED, 'manifest.json'), 'utf8')) as Manifest;
  const first = processes[0] as ProcessFact;
  const whos: readonly (string | Selection)[] = [first.name, { pid: first.pid }, { name: first.name }, { cmd: /./ }];

  test.each(whos.map((who) => [who]))('finds processes by %o', async (who) => {
    const host = await connect(`recording:${BUNDLED}`);
    const found = await host.find(who);
    expect(found.size).toBeGreaterThan(0);
    expect(Object.keys(found.columns).sort()).toEqual(
      ['host', ...Object.keys(PROCESS).filter((name) => name !== 'host')].sort(),
    );
    expect(found.columns.ppid).toMatchObject({ unit: 'id', ref: 'pid' });
    await host.close();
  });

  test('gives each process the same pid and start time as pidstat and /proc/PID/stat', async () => {
    const host = await connect(`recording:${BUNDLED}`);
    const found = await host.find({ cmd: /^/ });
    const { stat, table } = (await host.ask({
      stat: 'proc.pid.stat',
      table: 'processes',
    } as never)) as unknown as Record<'stat' | 'table', Awaited<ReturnType<typeof host.find>>>;
    await host.close();
    const identity = ({ pid, started }: Process): string => `${String(pid)} ${String(started)}`;
    // A short-lived process may be in only one of the tables.
    const names = new Set(found.rows().map(identity));
    const starts = new Map(found.rows().map(({ pid, started }) => [pid, started]));
    for (const rows of [stat.rows(), table.rows()]) {
      expect(new Set(rows.map(identity)).intersection(names).size).toBeGreaterThan(50);
      expect(rows.filter(({ pid, started }) => (starts.get(pid) ?? started) !== started)).toEqual([]);
    }
    expect([found, stat, table].map(({ columns }) => columns.started.unit)).toEqual(['s', 's', 's']);
  });
});

describe('this machine', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fbf-find-'));
  const marker = `fbf-find-${String(process.pid)}`;
  const child = spawn('sh', ['-c', `read -r line # ${marker}`], { stdio: ['pipe', 'ignore', 'ignore'] });
  beforeAll(() => {
    process.env['FBF_RECORDINGS'] = dir;
  });
  afterAll(() => {
    child.kill();
    delete process.env['FBF_RECORDINGS'];
    rmSync(dir, { recursive: true, force: true });
  });

  test('finds a running process by each of its properties', async () => {
    const host = await connect('local:');
    const pid = child.pid ?? NaN;
    const [row] = (await host.find({ pid })).rows();
    expect(row).toMatchObject({ pid, ppid: process.pid, name: 'sh' });
    expect(row?.cmd).toContain(marker);
    const { unit, cgroup, container } = row ?? {};
    const selections: (string | Selection)[] = [
      marker,
      String(pid),
      { name: 'sh', pid },
      { cmd: new RegExp(`${marker}$`) },
      ...(unit === undefined ? [] : [{ unit, pid }]),
      ...(cgroup === undefined ? [] : [{ cgroup, pid }]),
      ...(container === undefined ? [] : [{ container, pid }]),
    ];
    for (const who of selections) expect((await host.find(who)).rows().map((found) => found.pid)).toContain(pid);
    const ticks = Number(
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ')[19],
    );
    expect(row?.started).toBe(ticks / 100);
    await host.close();
  });
});
