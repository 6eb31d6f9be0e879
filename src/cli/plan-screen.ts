import type { PlanRow } from '../lib/api.ts';
import { printable } from '../lib/printable.ts';
import { formatValue } from '../lib/views/units.ts';
import { wrapped } from './screen.ts';

const MARGIN = 12;

const fact = (what: string, text: string): readonly string[] =>
  text === '' ? [] : [`    ${`${what}:`.padEnd(MARGIN - 4)}${wrapped(printable(text, 2000), MARGIN)}`];

/** A command as it is, over as many lines as it has. */
const commandLines = (text: string): readonly string[] =>
  text === '' ? [] : text.split('\n').map((line) => `      ${printable(line.replaceAll('\t', '  '), 2000)}`);

const stepLines = ({ question, step, tool, command, right, hz, overhead, stays, why }: PlanRow, i: number) => [
  `${`${String(i + 1)}.`.padEnd(3)} ${step}: ${printable([question, tool].filter((word) => word !== '').join(', by '))}${hz === undefined ? '' : `, ${formatValue(hz, 'Hz')}`}`,
  ...(step === 'skip' ? [] : commandLines(command)),
  ...fact('as', right),
  ...(step === 'skip' ? [] : [...fact('costs', overhead), ...fact('stays', stays)]),
  ...fact('why', why),
];

/** The steps of a plan as text for a change ticket, numbered for each host. */
export const planScreen = (say: string, rows: readonly PlanRow[]): string => {
  const blocks = [...Map.groupBy(rows, ({ host }) => host)].map(([host, steps]) =>
    [`On ${printable(host)}`, ...steps.flatMap(stepLines)].join('\n'),
  );
  return [`${wrapped(printable(say, 2000), 0)}.`, '', ...blocks].join('\n');
};
