import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../src/lib/columns/column.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { cpuProfileInspector } from '../../../src/lib/sources/inspector/program.ts';
import { readCpuProfileInspector } from '../../../src/lib/sources/inspector/read.ts';
import { frameNames, JIT, ROOT, type Profile } from '../../../src/lib/stacks/profile.ts';
import { pieces } from '../../pieces.ts';

/** 3 s of fixtures/inspector/hot.cjs at 97 Hz, on Node 20. */
const output = readFileSync(join(packageRoot, 'fixtures/inspector/node-20.txt'), 'utf8');
const START = Number(/"startTime":(\d+)/.exec(output)?.[1]) / 1e6;
const read = (text: string, start = START): Promise<Profile> =>
  readCpuProfileInspector(pieces(Buffer.from(text), 1000), start);

const stacksOf = (profile: Profile): readonly string[] => {
  const { stack } = profile.samples.data;
  return Array.from({ length: profile.samples.size }, (_, i) =>
    frameNames(profile, Number(stack === undefined ? ROOT : (valueAt(stack, i) ?? ROOT))).join(';'),
  );
};

const node = (id: number, functionName: string, children: number[] = [], url = ''): object => ({
  id,
  callFrame: { functionName, url, lineNumber: 0, columnNumber: 0 },
  children,
});
const printed = (profile: object): string => `begin 7 100 a b\nprofile ${JSON.stringify(profile)}\nend 0.02\n`;

describe('a CPU profile by the inspector of a Node process', () => {
  it('names JavaScript functions with their places, callers first', async () => {
    const profile = await read(output);
    const stacks = stacksOf(profile);
    const hot = stacks.filter((stack) => /;hot \/srv\/app\/hot\.cjs:1:14$/.test(stack));
    const cold = stacks.filter((stack) => /;cold \/srv\/app\/hot\.cjs:1:15$/.test(stack));
    expect(hot.length).toBeGreaterThan(2 * cold.length);
    expect(hot.length + cold.length).toBeGreaterThan(0.9 * stacks.length);
    expect(hot[0]).toMatch(/^\(root\);.*;turn \/srv\/app\/hot\.cjs:\d+:\d+;hot/);
    expect(profile.frames.flags[profile.frames.names.findIndex((name) => name.startsWith('hot '))]).toBe(JIT);
    expect(profile.samples.data['comm']).toMatchObject({ kind: 'text', names: ['node'] });
    expect(profile.meta).toMatchObject({ tool: 'inspector', events: [{ name: 'v8-timer', about: '97 Hz' }] });
  });

  it('leaves out the samples of an idle event loop, and says how many', async () => {
    const { samples, warnings } = await read(output);
    const all = (JSON.parse(/^profile (.*)$/m.exec(output)?.[1] ?? '') as { samples: number[] }).samples.length;
    expect(samples.size).toBeLessThan(all);
    expect(warnings[0]).toBe(
      `${String(all - samples.size)} of ${String(all)} samples: in them the event loop waited ((idle)), they are left out`,
    );
    expect(stacksOf(await read(output)).some((stack) => stack.includes('(idle)'))).toBe(false);
  });

  it("has the times of the samples on CLOCK_MONOTONIC, from the recording's start", async () => {
    const { t } = (await read(output, START - 5)).samples.data;
    expect(t === undefined ? 0 : valueAt(t, 0)).toBeGreaterThanOrEqual(5);
    expect(t === undefined ? 0 : valueAt(t, 0)).toBeLessThan(5.1);
  });

  it('says when V8 took fewer samples than asked for, and when the thread did not run', async () => {
    const nodes = [node(1, '(root)', [2]), node(2, 'reads', [], 'file:///a;b.js')];
    const { samples, warnings } = await read(
      printed({ nodes, startTime: 0, endTime: 1e6, samples: [2, 2], timeDeltas: [5e5, 5e5] }),
      0,
    );
    expect(samples.size).toBe(2);
    expect(warnings).toEqual([
      'V8 took 2 samples/s, not the 100 that were asked for',
      'the main thread was on a CPU for 0.0 s of the 1.0 s that these samples stand for: V8 samples by wall-clock time, so the rest is waiting for a CPU or in system calls',
    ]);
  });

  it('gives no samples, and says so, wherever the output is cut', async () => {
    const end = output.indexOf('\nend ') + 1;
    for (let i = 0; i < 20; i++) {
      const { samples, warnings } = await read(output.slice(0, Math.floor(((end - 1) * i) / 20)));
      expect(samples.size).toBe(0);
      expect(warnings).toEqual(['V8 gave no profile: the process or the capture ended before it was asked for']);
    }
    expect((await read(output.slice(0, end))).samples.size).toBe((await read(output)).samples.size);
  });

  it('ends on nodes that are their own callers, and names what is odd', async () => {
    const times = { startTime: 0, endTime: 2e4, timeDeltas: [1e4, 1e4, 1e4] };
    const nodes = [
      node(1, '(root)', [2, 2, 9]),
      node(2, 'a', [3]),
      node(3, 'b', [2]),
      node(4, 'c', [5]),
      node(5, 'd', [4]),
    ];
    const profile = await read(printed({ nodes, samples: [3, 4, 77], ...times }), 0);
    expect(stacksOf(profile)).toEqual(['(root);a;b']);
    await expect(read('begin 7 100 a\nprofile {"nodes":7}\nend 1\n')).rejects.toThrow('expected nodes, got 7');
    await expect(read('begin 7 100 a\nprofile {"nodes"\nend 1\n')).rejects.toThrow('expected JSON');
  });

  it('is taken by calls that the program shows', () => {
    const { argv, typed, stop } = cpuProfileInspector(12, 49);
    expect(argv.slice(-2)).toEqual(['pid=12', 'hz=49']);
    expect(typed).toContain('kill -USR1 12 ');
    expect(typed).toContain('{"interval":20408}');
    expect(stop).toBe('TERM');
  });
});
