import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { answerFrom, tableOf } from '../../../src/lib/answer/answer.ts';
import type { Answer, View } from '../../../src/lib/api.ts';
import { openAnswer, openProfile } from '../../../src/lib/index.ts';
import { FLAMEGRAPH, PNG, TEXT, type FlamegraphPayload } from '../../../src/lib/mime.ts';
import { samplesWithText } from '../../../src/lib/stacks/kept-rows.ts';
import { syntheticProfile } from '../../synthetic-profile.ts';
import type { Shown } from '../../../src/lib/views/view.ts';
import { DISPLAY } from '../../../src/lib/views/view.ts';
import { HOW, requests } from './given.ts';
import { complaints, serviceFor } from './cells.ts';

const folder = mkdtempSync(join(tmpdir(), 'fbf-open-profile-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const fileOf = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const bundleOf = (view: View | Answer) => (view as unknown as Shown)[DISPLAY]();
const payloadOf = async (view: View | Answer): Promise<FlamegraphPayload> =>
  (await bundleOf(view))[FLAMEGRAPH] as FlamegraphPayload;

const sample = (comm: string, pid: number, t: number, frames: readonly string[]): string =>
  `${comm} ${pid}/${pid} [000] ${t.toFixed(6)}: 10 cycles: \n${frames.map((f) => `\t55d000001000 ${f}+0x1 (/bin/${comm})\n`).join('')}\n`;

const SCRIPT = [
  sample('web', 7, 1, ['parse', 'serve', 'main', '_start']),
  sample('web', 7, 1.5, ['send', 'serve', 'main', '_start']),
  sample('batch', 9, 2, ['sort', 'main', '_start']),
].join('');

test('perf script text opens as rows with stacks as text, with the tool and what it cannot see', async () => {
  const profile = await openProfile(fileOf('script.txt', SCRIPT));
  expect(profile.rows()).toEqual([
    { t: 0, cpu: 0, pid: 7, tid: 7, comm: 'web', event: 'cycles', period: 10, stack: '_start;main;serve;parse' },
    { t: 0.5, cpu: 0, pid: 7, tid: 7, comm: 'web', event: 'cycles', period: 10, stack: '_start;main;serve;send' },
    { t: 1, cpu: 0, pid: 9, tid: 9, comm: 'batch', event: 'cycles', period: 10, stack: '_start;main;sort' },
  ]);
  expect(profile.how).toMatchObject({ question: 'profile', grain: 'events', seen: 3, lost: 0, coverage: 1 });
  expect(profile.how.cannotSee[0]).toContain('waited');
});

test('times count from a whole second, so that t % 1 is the row of the heat map', async () => {
  const text = [4.25, 4.75, 5.11, 6.9999].map((t) => sample('web', 7, t, ['parse', 'main'])).join('');
  const profile = await openProfile(fileOf('late.txt', text));
  expect(profile.rows().map(({ t }) => t)).toEqual([0.25, 0.75, 1.11, 2.9999]);
  expect(profile.columns.t.doc).toContain('t % 1 is the offset');
  expect(profile.how.overhead.wall).toBeCloseTo(2.7499);
  const { grid } = await payloadOf(profile);
  const cells = profile.rows().map(({ t }) => Math.floor(t) * 50 + Math.floor((t % 1) * 50));
  expect(grid?.counts.flatMap((n, cell) => (n === 0 ? [] : [cell]))).toEqual(cells);
});

test('a time that the file does not say is unknown, in every form in which it is shown', async () => {
  const profile = await openProfile(fileOf('script.txt', SCRIPT));
  expect(inspect(profile.how)).toContain('from: unknown');
  expect(inspect(profile.how)).not.toContain('Invalid Date');
  expect(String(profile.how.to)).toBe('unknown');
  expect((await bundleOf(profile.explain()))[TEXT]).toContain('From: unknown');
  await profile.write(join(folder, 'profile.arrow'));
  expect(inspect((await openAnswer(join(folder, 'profile.arrow'))).how)).toContain('to: unknown');
});

test('rows of one profile are on one clock: windows of it select from it', async () => {
  const profile = await openProfile(fileOf('script.txt', SCRIPT));
  const sending = profile.windows((d) => d.stack.endsWith(';send'));
  expect(profile.during(sending).rows()).toHaveLength(1);
  const other = await openProfile(fileOf('other.txt', SCRIPT));
  expect(() => other.during(sending)).toThrow(/expected captures with a known clock error, got .* from unknown/);
});

test('a profile shows its flame graph, and a filtered one shows exactly the kept rows', async () => {
  const profile = await openProfile(fileOf('script.txt', SCRIPT));
  expect(Object.keys(await bundleOf(profile))).toEqual([FLAMEGRAPH, PNG, TEXT]);
  const kept = profile.filter((d) => d.comm === 'web' && d.stack.endsWith(';parse'));
  const { [TEXT]: text } = await bundleOf(kept.flamegraph());
  expect(text).toContain('parse');
  expect(text).not.toMatch(/send|sort/);
  expect((await payloadOf(kept.flamegraph())).say).toMatch(/\b1 sample/);
});

test('folded stacks are weighted by their counts, also after grouping, and any text column of stacks can be drawn', async () => {
  const folded = await openProfile(fileOf('a.folded', 'main;a 3\nmain;b 1\nmain;a 2\n'));
  const grouped = folded.groupby('stack').rollup({ period: (g) => g.sum('period') });
  expect(grouped.rows()).toEqual([
    { stack: 'main;a', period: 5 },
    { stack: 'main;b', period: 1 },
  ]);
  const [whole, again] = await Promise.all([payloadOf(folded.flamegraph()), payloadOf(grouped.flamegraph())]);
  expect(whole.say).toContain('6');
  expect(again.say).toBe(whole.say);
  const derived = requests().derive({ stack: (d) => `all;${d.peer ?? 'nobody'}` });
  const { [TEXT]: text } = await bundleOf(derived.flamegraph());
  expect(text).toContain('nobody');
});

test('with against, the flame graph shows the change', async () => {
  const before = await openProfile(fileOf('b.folded', 'main;a 500\nmain;b 500\n'));
  const after = await openProfile(fileOf('c.folded', 'main;a 800\nmain;b 200\n'));
  const payload = await payloadOf(after.flamegraph({ against: before }));
  expect(JSON.stringify(payload)).toContain('"sure":true');
});

test('health names the process and the binary with broken stacks and the fix', async () => {
  const lost = Array.from({ length: 20 }, (_, i) => sample('nofp', 5, i, ['leaf', 'somewhere'])).join('');
  const profile = await openProfile(fileOf('broken.txt', lost));
  const [whole, worst] = profile.health.rows();
  expect(whole).toMatchObject({ process: 'nofp', pid: 5, runtime: 'native', samples: 20, broken: 1 });
  expect(whole?.binary).toBeUndefined();
  expect(worst).toMatchObject({ binary: '/bin/nofp', broken: 1, why: 'no frame pointers' });
  expect(worst?.fix).toContain('-fno-omit-frame-pointer');
  expect(profile.health.say).toContain('the walk ended before the start');
});

test('a flame graph of rows without stacks, or of a file that is not a profile, fails with what to do', async () => {
  expect(() => (requests() as unknown as Answer<{ stack: string }>).flamegraph()).toThrow(
    /expected rows with a text column stack/,
  );
  expect(() => requests().health).toThrow(/health: expected rows/);
  await expect(openProfile(join(folder, 'none'))).rejects.toThrow(/openProfile: expected a file, got nothing/);
  await expect(openProfile(fileOf('x.txt', 'hello\nworld\n'))).rejects.toThrow(
    /x.txt: expected perf.data, perf script text/,
  );
});

test('the compiler refuses a flame graph of rows without stacks', () => {
  const head = "import { connect, openProfile } from 'fast-by-friday';\n";
  const service = serviceFor({
    good: `${head}const p = await openProfile('x');\np.filter(d => d.comm === 'a' && d.t > 1).flamegraph({ against: p });\np.health.rows()[0]?.fix;\nexport {};`,
    bad: `${head}const host = await connect('local:');\nconst top = await host.ask('free');\ntop.flamegraph();\nexport {};`,
  });
  expect(complaints(service, 'good')).toEqual([]);
  expect(complaints(service, 'bad')).toEqual([expect.stringContaining('stack')]);
});

test('the stacks of a million samples become text only when read', () => {
  const profile = syntheticProfile({ samples: 200_000, seconds: 60, stacks: 50_000 });
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const answer = answerFrom<{ stack: string }>(samplesWithText(profile), HOW);
  expect(
    answer
      .slice(3)
      .rows()
      .every(({ stack }) => stack.length > 0),
  ).toBe(true);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 << 20);
  const names = (tableOf(answer).data['stack'] as { names: readonly string[] }).names;
  expect([names.length, names[names.length], names.at(0)]).toEqual([profile.stacks.size, undefined, names[0]]);
});
