// What `npm test` prints at its end: failures, suites, where the time went, and the sums.
import { relative } from 'node:path';
import { root, setupSteps } from './setup.js';

const SLOWEST = 10;
const LINES = 12;

const print = (text) => process.stdout.write(`${text}\n`);

/** The failures with the first lines of their messages: files that did not load, and tests. */
export const failuresOf = (files) =>
  files.flatMap(({ name, status, message, assertionResults: tests }) => {
    const of = tests
      .filter((test) => test.status === 'failed')
      .map((test) => ({ title: `${relative(root, name)} > ${test.fullName}`, why: test.failureMessages.join('\n') }));
    return of.length === 0 && status === 'failed' ? [{ title: relative(root, name), why: message }] : of;
  });

const firstLines = (text) =>
  (text ?? '')
    .split('\n')
    .slice(0, LINES)
    .map((line) => `  ${line.slice(0, 400)}`)
    .join('\n');

const suiteLine = ({ name, passed, failed, skipped, seconds, reason }) => {
  const note = reason === undefined ? '' : ` (${reason})`;
  return `${name.padEnd(8)} ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds.toFixed(0)} s${note}`;
};

const timeLine = (seconds, what) => `${seconds.toFixed(1).padStart(7)} s  ${what}`;

/** Set-up steps that had something to do, and the slowest test files; suites of `npm test` overlap. */
const printTimes = (results) => {
  const files = results.flatMap(({ times = [] }) => times).sort((a, b) => b.seconds - a.seconds);
  if (setupSteps.length > 0) print('\nSet-up took');
  for (const { say, seconds } of setupSteps) print(timeLine(seconds, say));
  if (files.length > 0) print('\nThe slowest test files');
  for (const { file, seconds } of files.slice(0, SLOWEST)) print(timeLine(seconds, file));
};

/** Prints the report, the sums last; returns the exit status. */
export const report = (results) => {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  print('');
  for (const { title, why } of results.flatMap(({ failures = [] }) => failures))
    print(`failed: ${title}\n${firstLines(why)}\n`);
  for (const result of results) print(suiteLine(result));
  printTimes(results);
  print(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
};
