import { expect, test } from 'vitest';
import { questions } from '../../../src/lib/questions/list.ts';
import type { Row } from '../../../src/lib/questions/question.ts';
import { reading, rowsOf } from '../questions/given.ts';

/** Sources whose samples were taken late, so that a counter of time grew by more than the interval. */
const LATE: Readonly<Record<string, readonly Row[]>> = {
  ...Object.fromEntries(
    ['cpu', 'memory', 'io'].map((resource) => [
      `proc.pressure.${resource}`,
      [
        { t: 0, seconds: 1, kind: 'some', total: 1.07 },
        { t: 0, seconds: 1, kind: 'full', total: 1.02 },
      ],
    ]),
  ),
  'cgroup.pressure': [{ t: 0, seconds: 1, cgroup: '/a', resource: 'cpu', kind: 'some', total: 1.07 }],
  'proc.diskstats': [{ t: 0, seconds: 1, device: 'sda', busy: 1.03 }],
  'proc.schedstat': [{ t: 0, seconds: 1, cpu: '0', run: 1.01, wait: 3, slices: 4 }],
  'proc.stat': [{ t: 0, seconds: 1, cpu: 'all', user: 1, idle: 0 }],
};

const SHARES = {
  pressure: ['some', 'full'],
  'cgroup-pressure': ['some'],
  'disk-activity': ['util'],
  'run-delay': ['ran'],
  'system-activity': ['cpuPressure', 'ioPressure', 'memoryPressure'],
};

test.each(Object.entries(SHARES))('a share of time in %s is never above 1, as its doc says', (name, columns) => {
  const question = questions.find((each) => each.name === name)!;
  const [row] = rowsOf(question.table(reading(LATE)));
  for (const column of columns) {
    expect(row?.[column], column).toBe(1);
    expect(question.columns[column]?.doc).toContain('at most 1');
  }
});

test('what may be above 1 stays as it is: waits that are summed over tasks', () => {
  const question = questions.find(({ name }) => name === 'run-delay')!;
  expect(rowsOf(question.table(reading(LATE)))[0]).toMatchObject({ waited: 3 });
});
