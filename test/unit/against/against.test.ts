import { describe, expect, it } from 'vitest';
import { questions } from '../../../src/lib/questions/list.ts';
import type { Row } from '../../../src/lib/questions/question.ts';
import { against } from '../../../src/lib/methods/against/against.ts';
import { estimate, noiseOf } from '../../../src/lib/methods/against/noise.ts';
import type { Rows } from '../../../src/lib/methods/against/series.ts';
import { numbersFrom } from '../../random.ts';

const SECONDS = 60;
const columnsOf = (question: string): Rows['columns'] => questions.find(({ name }) => name === question)!.columns;

/** A capture of one question: a row per second and series. */
const capture = (question: string, rows: (t: number) => readonly Row[], seconds = SECONDS): Record<string, Rows> => ({
  [question]: {
    columns: columnsOf(question),
    rows: Array.from({ length: seconds }, (_, t) => rows(t).map((row) => ({ t, seconds: 1, ...row }))).flat(),
  },
});

describe('what differs between two captures', () => {
  it('finds a disk that became busy, and gives the change', () => {
    const random = numbersFrom(1);
    const disk = (util: number) =>
      capture('disk-activity', () => [{ device: 'vda', util: util + random() * 0.1, reads: 100 + random() * 10 }]);
    const { differ, same } = against(disk(0.1), disk(0.8));
    expect(differ.map(({ name, column }) => `${name} ${column}`)).toEqual(['vda util']);
    expect(same).toBe(1);
    const [{ low, high, change, before, after }] = differ as [(typeof differ)[0]];
    expect(change).toBeCloseTo(0.7, 1);
    expect([low < 0.7, high > 0.7]).toEqual([true, true]);
    expect(after! - before!).toBeCloseTo(change);
  });

  it('orders by the change relative to its noise', () => {
    const random = numbersFrom(2);
    const net = (sent: number, received: number) =>
      capture('network-interfaces', () => [
        { interface: 'eth0', sent: sent * (1 + random()), received: received * (1 + 0.01 * random()) },
      ]);
    const { differ } = against(net(1e6, 1e6), net(2e6, 3e6));
    expect(differ.map(({ column }) => column)).toEqual(['received', 'sent']);
  });

  it('matches processes by name rather than pid, and counts a missing one as idle', () => {
    const process = (name: string, pid: number, cpu: number): Row => ({
      pid,
      started: pid,
      process: `${name} (${pid})`,
      name,
      cpu,
    });
    const before = capture('process-activity', () => [process('postgres', 10, 0.5)]);
    const after = capture('process-activity', () => [
      process('postgres', 99, 0.25),
      process('postgres', 98, 0.25),
      process('backup', 77, 0.9),
    ]);
    const { differ, onlyAfter } = against(before, after);
    expect(differ.map(({ name, before: was, after: is }) => [name, was, is?.toFixed(2)])).toEqual([
      ['backup', 0, '0.90'],
    ]);
    expect(onlyAfter).toEqual([]);
  });

  it('lists devices that only one of them has', () => {
    const disks = (...devices: readonly string[]) =>
      capture('disk-activity', () => devices.map((device) => ({ device, util: 0.1 })));
    const { onlyBefore, onlyAfter, same } = against(disks('vda', 'vdb'), disks('vda', 'nvme0n1'));
    expect({ onlyBefore, onlyAfter, same }).toEqual({
      onlyBefore: ['disk-activity vdb'],
      onlyAfter: ['disk-activity nvme0n1'],
      same: 1,
    });
  });

  it('reports that a window is too short to be compared', () => {
    const short = capture('disk-activity', () => [{ device: 'vda', util: 0.1 }], 3);
    expect(against(short, short)).toMatchObject({ differ: [], same: 0, tooShort: 1 });
  });

  it('treats a burst in one of ten blocks as noise, whatever its size', () => {
    const burst = capture('disk-activity', (t) => [{ device: 'vda', util: t < 6 ? 1 : 0 }]);
    const none = capture('disk-activity', () => [{ device: 'vda', util: 0 }]);
    expect(against(none, burst).differ).toEqual([]);
  });
});

describe('the noise of two means', () => {
  /** Intervals that correlate with the previous one: `memory` 0 means independent. */
  const series = (random: () => number, memory: number): number[] => {
    const values = [0];
    for (let i = 1; i < SECONDS; i++) values.push(memory * (values.at(-1) ?? 0) + random() + random() + random() - 1.5);
    return values.map((value) => 10 + value);
  };

  for (const [memory, most] of [
    [0, 0.005],
    [0.5, 0.02],
    [0.8, 0.12],
  ] as const)
    it(`is exceeded by at most ${most * 100} % of pairs of equal loads whose intervals correlate by ${memory}`, () => {
      const random = numbersFrom(3);
      let exceeded = 0;
      const pairs = 2000;
      for (let i = 0; i < pairs; i++) {
        const [a, b] = [estimate(series(random, memory))!, estimate(series(random, memory))!];
        if (Math.abs(a.mean - b.mean) > noiseOf(a, b)) exceeded++;
      }
      expect(exceeded / pairs).toBeLessThanOrEqual(most);
    });

  it('is zero if nothing varies', () => {
    const constant = estimate(Array.from({ length: SECONDS }, () => 4))!;
    expect(noiseOf(constant, constant)).toBe(0);
  });
});
