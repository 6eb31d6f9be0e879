import type { Answer } from '../lib/api.ts';
import { TEXT } from '../lib/mime.ts';
import { printable } from '../lib/printable.ts';
import { FIRST_CHOICE } from '../lib/session/by-program.ts';
import { DISPLAY, type Shown } from '../lib/views/view.ts';
import { wrapped } from './screen.ts';

/** What an answer shows as a cell's last line, as text: its sentence, the first rows or heaviest functions, provenance. */
const shown = async (answer: Answer): Promise<string> => {
  const bundle = await (answer as unknown as Shown)[DISPLAY]();
  const text = bundle[TEXT];
  return typeof text === 'string' ? text : answer.say;
};

/** A heading with a line for each sentence; nothing if there is none. */
export const listed = (what: string, sentences: readonly string[]): readonly string[] =>
  sentences.length === 0 ? [] : [`${what}:`, ...sentences.map((say) => `  - ${wrapped(printable(say, 1000), 4)}`)];

/** What limits the answer, and where its recording is. */
export const limits = ({ how }: Answer): readonly string[] => {
  const byProgram = how.reader === '' && how.whyNotBetter !== FIRST_CHOICE;
  return [
    ...listed('Cannot see', how.cannotSee),
    ...(byProgram ? listed('Why no better tool', [how.whyNotBetter]) : []),
    `Recording: ${printable(how.recording, 2000)}`,
  ];
};

/** An answer as text for a terminal. */
export const answerScreen = async (answer: Answer): Promise<string> => {
  const { recording } = answer.how;
  const graph = 'stack' in answer.columns ? [`Flame graph: fbf profile recording:${printable(recording, 2000)}`] : [];
  return [await shown(answer), '', ...limits(answer), ...graph].join('\n');
};
