import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ownCall, splitWords } from '../../../src/cli/own-call.ts';

const dir = mkdtempSync(join(tmpdir(), 'fbf-own-call-'));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const NONE = { perf: false, run: false };
const given = (words: readonly string[] = [], name?: string) => ({ words, target: name === undefined ? undefined : { name } }); // prettier-ignore

describe('programs of your own on a command line', () => {
  test('are a text in a file, events, or words behind --', async () => {
    const file = join(dir, 'x.bt');
    writeFileSync(file, 'BEGIN { exit(); }\n');
    expect(await ownCall('plan', { ...NONE, bpftrace: file }, given())).toEqual({ bpftrace: 'BEGIN { exit(); }\n' });
    expect(await ownCall('plan', { ...NONE, perf: true }, given(['stat', '-a']))).toEqual({ perf: ['stat', '-a'] });
    expect(await ownCall('plan', { ...NONE, run: true }, given(['df', '--', 'x']))).toEqual({ run: ['df', '--', 'x'] });
    const ftrace = { ...NONE, ftrace: ['sched_switch,irq:*', 'block:*'], filter: 'prev_pid > 0' };
    expect(await ownCall('plan', ftrace, given([], 'nginx'))).toEqual({
      ftrace: { events: ['sched_switch', 'irq:*', 'block:*'], filter: 'prev_pid > 0', target: { name: 'nginx' } },
    });
    expect(await ownCall('plan', NONE, given([], 'nginx'))).toBeUndefined();
  });

  test('keep their words, dashes among them', () => {
    expect(splitWords(['h', '--run', '--', 'ss', '--', '-x'])).toEqual([
      ['h', '--run'],
      ['ss', '--', '-x'],
    ]);
    expect(splitWords(['h', 'iostat'])).toEqual([['h', 'iostat'], []]);
  });

  test('refuse what would be ignored, and two at once', async () => {
    await expect(ownCall('plan', { ...NONE, perf: true }, given())).rejects.toThrow(/--perf: expected words behind --/);
    await expect(ownCall('plan', NONE, given(['df']))).rejects.toThrow(/words behind --: expected --perf or --run/);
    await expect(ownCall('plan', { ...NONE, filter: 'x' }, given())).rejects.toThrow(/--filter: expected it together with --ftrace/); // prettier-ignore
    await expect(ownCall('plan', { ...NONE, run: true }, given(['df'], 'x'))).rejects.toThrow(/only --ftrace takes them/); // prettier-ignore
    await expect(ownCall('plan', { perf: true, run: true }, given(['df']))).rejects.toThrow(/one program of your own, got --perf and --run/); // prettier-ignore
    await expect(ownCall('plan', { ...NONE, bpftrace: join(dir, 'none.bt') }, given())).rejects.toThrow(/ENOENT/);
  });
});
