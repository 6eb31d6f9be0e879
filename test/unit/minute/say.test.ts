import { describe, expect, test } from 'vitest';
import { percent } from '../../../src/lib/methods/amounts.ts';
import { activity, concluded, seconds, stepOf } from './minute.ts';

describe('the first minute', () => {
  test('says that no task waited if the worst second rounds to 0 %', () => {
    const rows = { 'system-activity': activity(() => ({ cpuPressure: 0.0003, ioPressure: 0 })) };
    for (const [key, what] of [
      ['vmstat', 'a CPU'],
      ['free', 'memory'],
      ['iostat', 'I/O'],
    ] as const) {
      const step = stepOf(rows, key);
      expect(step?.verdict).toBe('cleared');
      expect(step?.say).toContain(`no task waited for ${what}`);
      expect(step?.say).not.toMatch(/0\.0 %|of any second/);
    }
  });

  test('says how much of the worst second tasks waited if so little clears the resource', () => {
    const rows = { 'system-activity': activity((i) => ({ cpuPressure: i === 7 ? 0.03 : 0 })) };
    expect(stepOf(rows, 'vmstat')?.say).toContain('tasks waited for a CPU in at most 3 % of any second');
  });

  test('names the resources without waiting tasks beside those with pressure', () => {
    const pressure = seconds((i) => [
      { resource: 'cpu', some: i === 3 ? 0.4 : 0, full: 0 },
      { resource: 'memory', some: 0.0001, full: 0 },
      { resource: 'io', some: i === 5 ? 0.2 : 0, full: i === 5 ? 0.1 : 0 },
    ]);
    expect(stepOf({ pressure }, 'pressure')).toMatchObject({
      verdict: 'undecided',
      say: 'Share of the worst second in which tasks waited: for a CPU 40 %, for I/O 20 % (all tasks: 10 %). No task waited for memory. See vmstat (CPU), free (memory) and iostat (I/O) for who waited.',
    });
    expect(stepOf({}, 'pressure')).toMatchObject({
      verdict: 'cleared',
      say: 'No task waited for a CPU or memory or I/O.',
    });
  });

  test('lists unchecked resources in at most 120 characters, and all of them in `open`', () => {
    const { open, say } = concluded({});
    expect(/Not checked:.*$/.exec(say)?.[0].length).toBeLessThanOrEqual(120);
    expect(open).toEqual(expect.arrayContaining(['network round-trip times', 'queueing disciplines (tc -s qdisc)']));
  });

  test('prints shares below 0.05 % as 0 %', () => {
    expect([0, 0.0004, 0.0005, 0.004, 0.0095, 0.12].map(percent)).toEqual(['0 %', '0 %', '0.1 %', '0.4 %', '1 %', '12 %']); // prettier-ignore
  });
});
