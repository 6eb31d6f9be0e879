import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import type { Answer } from '../../../src/lib/answer/answer.ts';
import type { Host } from '../../../src/lib/api.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import type { Manifest } from '../../../src/lib/recording/format.ts';
import { connect } from '../../../src/lib/session/connect.ts';
import { DISPLAY, type Shown } from '../../../src/lib/views/view.ts';

const folder = mkdtempSync(join(tmpdir(), 'fbf-printing-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A copy of a bundled recording, with an optional change of its manifest. */
const copy = (name: string, change: (manifest: Manifest) => object = () => ({})): string => {
  const dir = join(folder, name);
  cpSync(join(packageRoot, 'fixtures', 'idle'), dir, { recursive: true });
  const file = join(dir, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  writeFileSync(file, JSON.stringify({ ...manifest, ...change(manifest) }));
  return dir;
};

const lastLine = async (value: object): Promise<string> => {
  const bundle: Readonly<Record<string, unknown>> = await (value as Shown)[DISPLAY]();
  return String(bundle['text/plain']);
};
const askLoad = (host: Host): Promise<Answer> => host.ask('load-average' as never);

test('a recorded host prints its name, when it was recorded, for how long, and its machine', async () => {
  const host = await connect(`recording:${copy('plain')}`);
  expect(await lastLine(host)).toMatch(/^\S+ \(recording:.*plain\): recorded \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC for \d+ s; Linux \S+ \w+, .*\d+ CPUs?, [\d.]+ GB memory\n/); // prettier-ignore
  expect(await lastLine(host)).toContain("await host.ask('iostat'");
  expect(inspect(host)).toBe(await lastLine(host));
});

test('a host prints that its recording was cut, and its name without escape sequences', async () => {
  const dir = copy('evil', ({ host }) => ({
    host: { ...host, hostname: 'web\u001b[31m1' },
    status: 'cut',
    reason: 'it was stopped',
    seconds: 600,
  }));
  const text = await lastLine(await connect(`recording:${dir}`));
  expect(text).toMatch(/Cut after \d+ of 600 s: it was stopped/);
  expect(text).not.toContain('\u001b');
});

test('a Pending prints what it is, as last expression and in console.log', async () => {
  const host = await connect(`recording:${copy('pending')}`);
  const asked = host.ask('load-average' as never);
  expect(await lastLine(asked)).toMatch(/^load-average on recording:.*: 0 of 10 s captured; await it, or \.stop\(\)$/);
  await asked;
  expect(inspect(asked)).toMatch(/: captured; await it for the answer$/);
  const found = host.find('no such process');
  await found;
  expect(await lastLine(found)).toMatch(/^find on recording:.*: await it for the answer$/);
});

test('recordings of one host that are opened together get the names of their folders', async () => {
  const dirs = ['before', 'after'].map((name) => copy(name));
  const host = await connect(dirs.map((dir) => `recording:${dir}`));
  const name = JSON.parse(readFileSync(join(dirs[0] ?? '', 'manifest.json'), 'utf8')) as Manifest;
  const answer = await askLoad(host);
  const hosts = new Set(answer.rows().map((row) => (row as { host?: string }).host));
  expect([...hosts].sort()).toEqual([`${name.host.hostname} (after)`, `${name.host.hostname} (before)`]);
  expect(answer.how.host).toContain('(before)');
});

test('recordings of two hosts have the names of the hosts', async () => {
  const one = copy('web', ({ host }) => ({ host: { ...host, hostname: 'web1' } }));
  const two = copy('db', ({ host }) => ({ host: { ...host, hostname: 'db1' } }));
  const answer = await askLoad(await connect([`recording:${one}`, `recording:${two}`]));
  expect([...new Set(answer.rows().map((row) => (row as { host?: string }).host))]).toEqual(['web1', 'db1']);
});
