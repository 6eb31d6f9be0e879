import { expect, test } from 'vitest';
import { meansBy, numbers } from '../../../src/lib/methods/means.ts';
import { defineStep, noCulprit } from '../../../src/lib/methods/step.ts';
import { groupsBy } from '../../../src/lib/methods/waiting/culprits.ts';
import { largestBySecond, largestOf, numberOf, secondOf, totalOf } from '../../../src/lib/methods/waiting/seconds.ts';
import type { AnswerColumn, QuestionName } from '../../../src/lib/questions/rows.ts';
import { host, idle } from './minute.ts';

// The types are the test: `node scripts/types.js` fails if a line that is marked as an error compiles.

const step = defineStep({
  command: 'iostat',
  key: 'typed',
  question: 'disk-activity',
  component: 'disk',
  threshold: '',
  judge(rows, seen) {
    // @ts-expect-error -- misspelt
    numberOf(rows[0], 'utli');
    // @ts-expect-error -- a text column
    numberOf(rows[0], 'device');
    // @ts-expect-error -- misspelt
    totalOf(rows, 'raeds');
    // @ts-expect-error -- misspelt
    largestOf(rows, 'writen');
    // @ts-expect-error -- misspelt
    numbers(rows, 'awiat');
    // @ts-expect-error -- misspelt
    meansBy(rows, 'devcie', 'util');
    // @ts-expect-error -- of another question
    largestBySecond(rows, secondOf(seen), (row) => numberOf(row, 'ioPressure'));
    // @ts-expect-error -- of another question
    groupsBy(seen.rows('process-activity'), (row) => numberOf(row, 'util'));
    // @ts-expect-error -- no such question
    seen.rows('disk-activities');
    return noCulprit('cleared', `${String(numbers(rows, 'util').length)} rows`);
  },
  figure: {
    kind: 'line',
    // @ts-expect-error -- misspelt
    of: 'utli',
  },
  next: { say: '', code: '' },
  fix: {},
});

/** The questions whose columns accept any name: a misspelt one would compile there. */
type Loose = { [Name in QuestionName]: string extends AnswerColumn<Name> ? Name : never }[QuestionName];

test('every question declares its columns by name', () => {
  const loose: [Loose] extends [never] ? true : false = true;
  expect(loose).toBe(true);
});

test('a step judges the rows of its question', () => {
  const judged = step.judge(idle['disk-activity'] ?? [], { host, rows: (question) => idle[question] ?? [] });
  expect(judged).toMatchObject({ verdict: 'cleared', say: '60 rows' });
});
