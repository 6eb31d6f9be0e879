import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { packageRoot } from '../../../src/lib/paths.ts';
import { openRecording } from '../../../src/lib/recording/open.ts';
import { connect } from '../../../src/lib/session/connect.ts';

const folder = mkdtempSync(join(tmpdir(), 'fbf-nearby-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  delete process.env['FBF_RECORDINGS'];
});

const newFolder = (name: string): string => {
  const made = join(folder, name);
  mkdirSync(made);
  return made;
};
const recordingAt = (path: string): void => {
  cpSync(join(packageRoot, 'fixtures', 'idle'), path, { recursive: true });
};
const whyNot = (dir: string): Promise<string> =>
  openRecording(dir).then(
    () => 'it was opened',
    (error: unknown) => (error as Error).message,
  );

test('a missing folder gives an error with the recordings beside it, and how to open one', async () => {
  const beside = newFolder('beside');
  recordingAt(join(beside, 'web1-monday'));
  recordingAt(join(beside, 'web1-friday'));
  const message = await whyNot(join(beside, 'web1-tuesday'));
  expect(message).toMatch(/No such folder\. Recordings nearby: web1-\w+day, web1-\w+day\n/);
  expect(message).toMatch(/Open one: connect\("recording:.*web1-(monday|friday)"\)/);
});

test('a folder of recordings gives an error that lists up to five of them and counts the rest', async () => {
  const many = newFolder('many');
  for (let i = 0; i < 7; i++) recordingAt(join(many, `r${String(i)}`));
  expect(await whyNot(many)).toMatch(/: No recording \(it has no manifest\.json\)\. Recordings nearby: r\d, r\d, r\d, r\d, r\d and 2 more\n/); // prettier-ignore
});

test('without recordings nearby, the error lists those in the default folder', async () => {
  const written = newFolder('written');
  recordingAt(join(written, 'the-one'));
  process.env['FBF_RECORDINGS'] = written;
  expect(await whyNot(join(newFolder('empty'), 'nothing'))).toMatch(/Recordings nearby: the-one\n/);
});

test('without any recordings, the error says how to make one', async () => {
  process.env['FBF_RECORDINGS'] = join(folder, 'nowhere');
  expect(await whyNot(join(newFolder('bare'), 'nothing'))).toMatch(/No such folder\. There are no recordings nearby\.\nMake one: /); // prettier-ignore
});

test('a file is reported as a file, and names are printed without escape sequences', async () => {
  const odd = newFolder('odd');
  recordingAt(join(odd, 'a\u001b[31mb'));
  writeFileSync(join(odd, 'file'), 'x');
  const message = await whyNot(join(odd, 'file'));
  expect(message).toMatch(/This is a file; a recording is a folder\. Recordings nearby: a/);
  expect(message).not.toContain('\u001b');
});

test('connect gives the same error', async () => {
  await expect(connect(`recording:${join(packageRoot, 'fixtures', 'idel')}`)).rejects.toThrow(/No such folder\. Recordings nearby: [\w-]+(?:, [\w-]+){4} and \d more\n/); // prettier-ignore
});

test.skipIf(process.getuid?.() === 0)('an unreadable manifest is reported as unreadable', async () => {
  const locked = newFolder('locked');
  recordingAt(join(locked, 'r'));
  chmodSync(join(locked, 'r', 'manifest.json'), 0);
  expect(await whyNot(join(locked, 'r'))).toContain('Its manifest.json cannot be read');
});
