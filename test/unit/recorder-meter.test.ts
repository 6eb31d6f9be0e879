import { expect, test } from 'vitest';
import { meter, type ProgramLimits } from '../../src/recorder/meter.ts';

/** The second at which a program that uses such a share of a CPU, measured every 2 s, is over its limits; and why. */
const stoppedAt = (
  limits: ProgramLimits,
  share: (second: number) => number,
  memory = 1e6,
): readonly [number, string] => {
  const { over } = meter(limits);
  let cpu = 5; // what it needed to compile
  for (let at = 0; at <= 600; at++) {
    cpu += share(at);
    if (at % 2 === 1) continue;
    const why = over(at, { cpu, memory });
    if (why !== undefined) return [at, why];
  }
  return [Infinity, ''];
};

test('a program that uses its share, or is ahead for a moment, goes on', () => {
  expect(stoppedAt({ maxCpu: 0.05 }, () => 0.05)[0]).toBe(Infinity);
  expect(stoppedAt({ maxCpu: 0.05 }, (at) => (at % 30 === 10 ? 0.4 : 0.01))[0]).toBe(Infinity);
  expect(stoppedAt({}, () => 1)[0]).toBe(Infinity);
});

test('one that uses ten times as much is stopped within seconds, one that uses twice as much after 10 s', () => {
  expect(stoppedAt({ maxCpu: 0.05 }, () => 0.5)).toEqual([4, 'used 50 % of one CPU for 2 s, more than maxCpu (5 %)']);
  const [at, why] = stoppedAt({ maxCpu: 0.05 }, () => 0.1);
  expect(at).toBeGreaterThanOrEqual(12);
  expect(at).toBeLessThanOrEqual(16);
  expect(why).toContain('used 10 % of one CPU');
});

test('time in which it used little is not saved up', () => {
  const [at] = stoppedAt({ maxCpu: 0.05 }, (second) => (second < 300 ? 0 : 0.5));
  expect(at).toBeLessThan(306);
});

test('it is stopped at once when it uses more memory than it may', () => {
  expect(stoppedAt({ maxMemory: 1e8 }, () => 0, 2e8)).toEqual([
    0,
    'used 200 MB of memory, more than maxMemory (100 MB)',
  ]);
});
