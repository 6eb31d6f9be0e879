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

Written by \`fbf sources --markdown\`; each decoder declares its columns. Where a file names its values, columns have the
kernel's names (characters that an identifier cannot have become \`_\`: \`Active(anon)\` is \`Active_anon\`); /proc/net/snmp and
netstat have nstat's names (\`TcpRetransSegs\`); /proc/PID/stat those of proc(5); for files of bare numbers (stat,
diskstats, net/dev) the names are ours. Units: s, B, 1 (a fraction), count, pages; "id" is a number that identifies something.
A "key" identifies a series; a "counter" only grows, and \`rate()\` computes its rate within each series.
`;

/** docs/columns.md: every source with its columns. */
export const columnsPage = (all: readonly Listed[]): string => [HEAD, ...all.map(section)].join('\n');
