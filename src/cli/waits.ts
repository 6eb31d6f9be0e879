import type { Answer } from '../lib/api.ts';
import { printable } from '../lib/printable.ts';
import { formatValue } from '../lib/views/units.ts';

const MOST = 3;

interface Total {
  readonly name: string;
  readonly seconds: number;
}

/** Seconds by the values of a column, the largest first. */
const totals = (answer: Answer, column: string): readonly Total[] =>
  (answer.groupby(column).rollup({ seconds: (group: Answer) => group.sum('seconds') }).rows() as readonly Record<string, unknown>[]) // prettier-ignore
    .map((row) => ({
      name: printable(typeof row[column] === 'string' ? row[column] : 'unknown', 60),
      seconds: Number(row['seconds']),
    }))
    .sort((a, b) => b.seconds - a.seconds);

/** '3.9 s off CPU: 54 % runnable, 46 % sleeping; most by nginx (2 s), java (1 s)': all stacks of waits end in the scheduler. */
export const sayWaits = (answer: Answer): string => {
  const all = answer.sum('seconds');
  const states = totals(answer, 'state').map(({ name, seconds }) => `${formatValue(seconds / all, '1')} ${name}`);
  const threads = totals(answer, 'comm').slice(0, MOST).map(({ name, seconds }) => `${name} (${formatValue(seconds, 's')})`); // prettier-ignore
  return `${formatValue(all, 's')} off CPU: ${states.join(', ')}; most by ${threads.join(', ')}.`;
};
