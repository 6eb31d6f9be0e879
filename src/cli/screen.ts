import type { Answer } from '../lib/answer/answer.ts';
import type { Findings } from '../lib/methods/findings.ts';
import { printable } from '../lib/printable.ts';

const MARKS: Readonly<Record<string, string>> = {
  cause: '!!',
  suspect: '!!',
  cleared: 'ok',
  'not checked': '  ',
  undecided: '? ',
};

const WIDTH = 118;
const NARROW = 60;

/** Columns of the terminal, as far as lines are readable; of a pipe the most. */
const screenWidth = (): number => Math.max(NARROW, Math.min(WIDTH, process.stdout.columns || WIDTH));

/** Breaks a sentence into lines of the screen's width, never between a number and %; indents all but the first. */
export const wrapped = (text: string, indent: number): string => {
  const width = screenWidth() - indent;
  const lines = [''];
  for (const word of text.split(/ (?!%)/)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
};

/** The first sixty seconds as text for one screen: a line per step, the verdict, the cost, the recording's path. */
export const screen = (seen: Findings, minute: Readonly<Record<string, Answer>>): string => {
  const how = Object.values(minute)[0]?.how;
  const head =
    how === undefined
      ? ''
      : `${printable(how.host)}  Linux ${printable(how.kernel)}  ${how.from.toISOString().slice(0, 19)}Z`;
  const steps = seen.steps.map(
    ({ step, verdict, say }) => `${MARKS[verdict] ?? '  '} ${step.command.padEnd(18)} ${wrapped(printable(say), 22)}`,
  );
  const cost =
    how === undefined
      ? []
      : [
          `Cost on the host: ${how.overhead.ours.cpu.toFixed(2)} s CPU in ${how.overhead.wall.toFixed(0)} s, ${(how.overhead.ours.memory / 1e6).toFixed(0)} MB. Recording: ${how.recording}`,
        ];
  const say = printable(seen.say, 2000);
  const cut = how?.cut === undefined || say.startsWith(how.cut) ? [] : [wrapped(printable(how.cut, 1000), 0)];
  return [head, '', ...steps, '', ...cut, wrapped(say, 0), '', ...cost].join('\n');
};
