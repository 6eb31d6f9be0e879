import type { ColumnDoc } from '../lib/columns/column.ts';

/** A source as `fbf sources` lists it. */
export interface Listed {
  readonly name: string;
  readonly doc: string;
  readonly from: string;
  /** What is read on the host; empty for the files of tools. */
  readonly reads: readonly string[];
  readonly columns: Readonly<Record<string, ColumnDoc>>;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** A column as a line of a Markdown table. */
export const columnRow = ([name, { unit, doc, key, counter, ref }]: readonly [string, ColumnDoc]): string => {
  const marks = [key && 'key', counter && 'counter', ref].filter(Boolean).join(', ');
  return `| \`${name}\` | ${unit === '' ? 'text' : unit} | ${marks} | ${cell(doc)} |`;
};

const section = ({ name, doc, from, reads, columns }: Listed): string =>
  [
    `## ${name}`,
    '',
    doc,
    '',
    [...reads.map((path) => `\`${path}\``), `<${from}>`].join(', '),
    '',
    '| column | unit | | meaning |',
    '| --- | --- | --- | --- |',
    ...Object.entries(columns).map(columnRow),
    '',
  ].join('\n');

const HEAD = `# Columns

Written by \`fbf sources --markdown\`; the declarations lie beside the decoders. A file that names its values keeps the
kernel's names here (what an identifier cannot hold becomes \`_\`: \`Active(anon)\` is \`Active_anon\`); /proc/net/snmp and
netstat have nstat's names (\`TcpRetransSegs\`); /proc/PID/stat those of proc(5); files of bare numbers (stat, diskstats,
net/dev) have names of ours. Units: s, B, 1 (a fraction), count, pages; "id" is a number that only names something.
A "key" tells one series from another, a "counter" only grows: rates are taken of it, within its keys.
`;

/** docs/columns.md: every source with its columns. */
export const columnsPage = (all: readonly Listed[]): string => [HEAD, ...all.map(section)].join('\n');
