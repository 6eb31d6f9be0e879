import type { CheckRow, TargetRow } from '../lib/api.ts';
import { printable } from '../lib/printable.ts';
import { wrapped } from './screen.ts';

const MARKS: Readonly<Record<CheckRow['verdict'], string>> = {
  yes: 'ok',
  partly: '~ ',
  no: '- ',
  'not allowed': '! ',
};

const NAME = 20;
const VERDICT = 12;
/** Where the third column begins. */
const THIRD = 3 + NAME + 1 + VERDICT + 1;
const INDENT = 5;

const first = ({ verdict }: Pick<CheckRow, 'verdict'>, name: string, third: string): string =>
  `${MARKS[verdict]} ${printable(name).padEnd(NAME)} ${verdict.padEnd(VERDICT)} ${wrapped(third, THIRD)}`.trimEnd();

/** One fact below a row: nothing if it is empty. */
const more = (what: string, text: string, limit: number): readonly string[] =>
  text === '' ? [] : [`     ${wrapped(`${what}: ${printable(text, limit)}`, INDENT)}`];

/** A row of a check of questions, of programs of one's own, and of the host. */
export const questionLines = (row: CheckRow): readonly string[] => {
  const { question, tool, cannotSee, costs, fix, known } = row;
  const guessed = known === 'likely' || known === 'tried' ? ` (${known})` : '';
  return [
    first(row, question, `${printable(tool)}${guessed}`),
    ...more('costs', costs, 300),
    ...more('cannot see', cannotSee, 600),
    ...more('fix', fix, 300),
  ];
};

const WORDS = [
  ['pointers', 'frame pointers'],
  ['libc', 'of libc'],
  ['map', 'names of compiled code'],
  ['symbols', 'symbols'],
] as const;

/** A row of a check of processes. */
export const targetLines = (row: TargetRow): readonly string[] => {
  const facts = WORDS.flatMap(([key, what]) => (row[key] === '' ? [] : [`${what}: ${row[key]}`])).join(', ');
  return [
    first(row, `${row.process} ${String(row.pid)}`, printable(`${row.runtime} ${row.version}`)),
    ...(facts === '' ? [] : [`     ${wrapped(facts, INDENT)}`]),
    ...more('cannot see', row.cannotSee, 600),
    ...more('fix', row.fix, 1500),
  ];
};

const HEADS = { question: '', program: 'Programs of your own:', host: 'The host:' } as const;

/** The rows of one host, those about the same kind of thing below one head. */
const blockOf = <R extends { readonly host: string; readonly about?: CheckRow['about'] }>(
  rows: readonly R[],
  lines: (row: R) => readonly string[],
): readonly string[] =>
  [...Map.groupBy(rows, ({ about = 'question' }) => about)].flatMap(([about, some]) => [
    ...(about === 'question' ? [] : ['', HEADS[about]]),
    ...some.flatMap(lines),
  ]);

/** The result of a check, as text for a terminal: one block per host. */
export const checkText = <R extends { readonly host: string; readonly about?: CheckRow['about'] }>(
  say: string,
  rows: readonly R[],
  lines: (row: R) => readonly string[],
): string =>
  [
    ...[...Map.groupBy(rows, ({ host }) => host)].flatMap(([host, some]) => [
      `${printable(host).replace(/:$/, '')}:`,
      ...blockOf(some, lines),
    ]),
    `${wrapped(printable(say), 0)}.`,
  ].join('\n');
