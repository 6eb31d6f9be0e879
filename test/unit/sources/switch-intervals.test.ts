import { describe, expect, it } from 'vitest';
import { stateName } from '../../../src/lib/sources/formats/off-cpu-columns.ts';
import type { Gap } from '../../../src/lib/sources/formats/gaps.ts';
import { BEFORE, intervalsOf, MADE, UNSEEN, type Marks } from '../../../src/lib/sources/formats/switch-intervals.ts';

type Switch = readonly [t: number, prev: number, state: number, next: number, cpu?: number];

const marks = (list: readonly (readonly [t: number, thread: number])[]): Marks => ({
  size: list.length,
  t: list.map(([t]) => t),
  thread: list.map(([, thread]) => thread),
});

/** Intervals as [thread, from, seconds, out, waking]. */
const found = (
  switches: readonly Switch[],
  more: {
    made?: readonly (readonly [number, number])[];
    wakings?: readonly (readonly [number, number])[];
    gaps?: readonly Gap[];
  } = {},
) => {
  const { size, t, seconds, thread, out, waking, named, missing, unseen } = intervalsOf({
    switches: {
      size: switches.length,
      t: switches.map(([at]) => at),
      cpu: switches.map((each) => each[4] ?? 0),
      prev: switches.map(([, prev]) => prev),
      state: switches.map(([, , state]) => state),
      next: switches.map(([, , , next]) => next),
    },
    made: marks(more.made ?? []),
    wakings: marks(more.wakings ?? []),
    gaps: more.gaps ?? [],
  });
  return {
    rows: Array.from({ length: size }, (_, i) => [thread[i], t[i], seconds[i], out[i], waking[i]]),
    named: [...named.subarray(0, size)],
    missing,
    unseen,
  };
};

describe('intervals off CPU', () => {
  it('last from the switch in which a thread leaves the CPU to the one in which it gets one, on any CPU', () => {
    const { rows } = found([
      [1, 7, 2, 0, 0],
      [2, 0, 0, 7, 3],
      [3, 7, 0x100, 0, 3],
      [5, 0, 0, 7, 1],
    ]);
    expect(rows).toEqual([
      [7, 1, 1, 0, -1],
      [7, 3, 2, 2, -1],
    ]);
  });

  it('are counted up to the first and the last switch if they are open there', () => {
    const { rows, named } = found([
      [1, 5, 1, 0],
      [2, 0, 0, 7],
      [4, 7, 1, 5],
      [6, 5, 2, 0],
      [9, 0, 0, 8],
    ]);
    expect(rows).toEqual([
      [7, 1, 1, BEFORE, -1],
      [5, 1, 3, 0, -1],
      [8, 1, 8, BEFORE, -1],
      [5, 6, 3, 3, -1],
      [7, 4, 5, 2, -1],
    ]);
    // A thread that left before the capture has the names of its next switch; one that never leaves has none.
    expect(named).toEqual([2, 0, -1, 3, 2]);
  });

  it('begin for a new thread when it is made, also if an older one had its number', () => {
    const { rows } = found(
      [
        [1, 7, 0x20, 0],
        [5, 0, 0, 7],
        [6, 7, 1, 0],
      ],
      { made: [[4, 7]] },
    );
    expect(rows).toEqual([[7, 4, 1, MADE, -1]]);
  });

  it('have the last wakeup while they last, not one from before', () => {
    const { rows } = found(
      [
        [1, 7, 1, 0],
        [4, 0, 0, 7],
        [5, 7, 0, 9],
        [6, 9, 1, 7],
      ],
      {
        wakings: [
          [0.5, 7],
          [2, 7],
          [3, 7],
        ],
      },
    );
    expect(rows.filter(([thread]) => thread === 7)).toEqual([
      [7, 1, 3, 0, 2],
      [7, 5, 1, 2, -1],
    ]);
  });

  it('are left out and counted where switches may be missing', () => {
    const { rows, missing } = found(
      [
        [1, 7, 1, 8],
        [2, 8, 1, 7],
        [3, 7, 1, 8],
        [10, 8, 1, 7],
        [11, 7, 1, 8],
        [12, 8, 1, 7],
      ],
      {
        gaps: [
          { from: 4, to: 5 },
          { from: 4.5, to: 6 },
        ],
      },
    );
    expect(rows.map(([thread, from]) => [thread, from])).toEqual([
      [7, 1],
      [8, 2],
      [8, 10],
      [7, 11],
    ]);
    // Thread 7 from 3 to 10.
    expect(missing).toEqual({ intervals: 1, seconds: 7 });
  });

  it('end with the wakeup if the kernel did not report the switch of an idle CPU', () => {
    const { rows, unseen } = found(
      [
        [1, 7, 1, 0],
        [3, 7, 1, 8],
      ],
      { wakings: [[2.5, 7]] },
    );
    expect(rows).toContainEqual([7, 1, 1.5, 0, 0]);
    expect(unseen).toEqual({ estimated: 1, missed: 0 });
  });

  it('have an estimated end or begin only if it is known to 1 %', () => {
    const near = found([
      [1, 7, 1, 8],
      [3, 8, 1, 9],
      [3.01, 7, 1, 8],
      [6, 8, 1, 7],
    ]);
    // 7 got the CPU from 9 between 3 and 3.01, and 9 left it then; nobody knows when 9 ran again.
    const [, from, seconds] = near.rows.find(([thread]) => thread === 7) ?? [];
    expect(from).toBe(1);
    expect(seconds).toBeCloseTo(2.005, 6);
    expect(near.unseen).toEqual({ estimated: 1, missed: 0 });
    const far = found([
      [1, 7, 1, 8],
      [2, 8, 1, 9],
      [3, 7, 1, 8],
      [9, 8, 1, 9],
    ]);
    expect(far.rows.filter(([thread]) => thread === 7)).toEqual([[7, 3, 6, 2, -1]]);
    expect(far.unseen.missed).toBeGreaterThan(0);
  });

  it('begin where a thread must have left, if that switch was not reported', () => {
    const { rows, unseen } = found([
      [1, 5, 1, 7],
      [1.01, 8, 1, 9],
      [5, 9, 1, 7],
    ]);
    expect(rows).toContainEqual([7, expect.closeTo(1.005, 6), expect.closeTo(3.995, 6), UNSEEN, -1]);
    expect(unseen.estimated).toBe(1);
  });

  it('of a thread that exits have no end', () => {
    expect(
      found([
        [1, 7, 0x10, 0],
        [2, 0, 0, 8],
        [3, 8, 0x20, 0],
      ]).rows,
    ).toEqual([[8, 1, 1, BEFORE, -1]]);
  });

  it('take nonsense for no thread', () => {
    expect(
      found([
        [1, -1, 0, 2 ** 31],
        [2, 2 ** 30, 1, -5],
      ]).rows,
    ).toEqual([]);
    expect(found([]).rows).toEqual([]);
  });
});

it('names the states of the kernel; a preempted thread is runnable', () => {
  expect([0, 0x100, 1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0x82].map(stateName)).toEqual([
    'runnable',
    'runnable',
    'sleeping',
    'blocked',
    'stopped',
    'traced',
    'dead',
    'dead',
    'parked',
    'idle',
    'blocked',
  ]);
});
