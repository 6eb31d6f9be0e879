import { parseArgs } from 'node:util';
import { FridayError } from '../../lib/errors.ts';
import { fileDecoders } from '../../lib/sources/decoders.ts';
import { sources } from '../../lib/sources/list.ts';
import { columnsPage, type Listed } from '../columns-page.ts';
import type { Command } from '../command.ts';

/** All that is listed, in the order of the lists. */
export const listed = (): readonly Listed[] => [
  ...sources.map(({ name, doc, from, recipe, columns }) => {
    return { name, doc, from, reads: [...recipe.read, ...(recipe.links ?? [])], columns };
  }),
  ...fileDecoders.map(({ name, doc, from, columns }) => ({ name, doc, from, reads: [], columns })),
];

const asJson = (all: readonly Listed[]): string =>
  JSON.stringify(
    all.map(({ columns, ...rest }) => {
      return { ...rest, columns: Object.entries(columns).map(([name, column]) => ({ name, ...column })) };
    }),
    null,
    1,
  );

const asText = ({ name, doc, from, reads, columns }: Listed): string => {
  const width = Math.max(...Object.keys(columns).map((column) => column.length));
  const rows = Object.entries(columns).map(([column, { unit, doc: meaning, key, counter }]) => {
    const marks = [key && 'key', counter && 'counter'].filter(Boolean).join(' ');
    return `  ${column.padEnd(width)}  ${(unit === '' ? 'text' : unit).padEnd(8)} ${marks.padEnd(8)} ${meaning}`;
  });
  return [`${name}: ${doc}`, `  ${[...reads, from].join('  ')}`, ...rows, ''].join('\n');
};

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, markdown: { type: 'boolean', default: false } },
  });
  const all = listed().filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  if (all.length === 0)
    throw new FridayError('usage', `fbf sources: nothing is called ${positionals.join(', ')}`, {
      next: 'Try: fbf sources',
    });
  const text = values.json
    ? `${asJson(all)}\n`
    : values.markdown
      ? columnsPage(all)
      : `${all.map(asText).join('\n')}\n`;
  process.stdout.write(text);
  return Promise.resolve(0);
};

/** Lists sources, their columns and units. */
export const command: Command = {
  summary: 'list what can be recorded or decoded: sources, their columns and units',
  usage: `fbf sources [NAME...] [--json|--markdown]

Every source that can be recorded from a host, and every file of a tool that can be decoded, each with its columns:
unit, whether it names the row's series (key), whether it only grows (counter), and what it means.`,
  run,
};
