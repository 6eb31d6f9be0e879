import { FridayError } from '../../errors.ts';
import { peek } from '../../bytes/peek.ts';
import { unpack } from '../../bytes/unpack.ts';
import { linesOf } from '../../bytes/text-lines.ts';
import type { FileDecoder } from '../source.ts';
import { growRows } from '../grow-rows.ts';
import { leftLines } from '../left-lines.ts';
import { quoted } from '../warnings.ts';
import { csvReader, separatorOf } from './csv.ts';
import { jsonReader } from './json.ts';
import { columns } from './row.ts';
import type { ReadLine } from './row.ts';
import { textReader } from './text.ts';

/** Output of `perf stat` in its three formats: text, -x and -j. */
export const perfStat: FileDecoder = {
  name: 'perf.stat',
  doc: 'Counters and metrics of perf stat, as text, -x or -j; also repeated runs, intervals and per-CPU counts.',
  from: 'https://github.com/torvalds/linux/blob/master/tools/perf/util/stat-display.c',
  columns,
  async decode(bytes) {
    const { head, whole } = await peek(await unpack(bytes), 65_536);
    const read = readerFor(head);
    const table = growRows(columns, () => undefined);
    const left = leftLines('perf stat', 'a counter or a metric');
    let size = 0;
    let group: string | undefined;
    for await (const line of linesOf(whole)) {
      if (line.trim() === '') continue;
      const rows = read(line);
      if (rows === undefined) left.add(line);
      for (const row of rows ?? []) {
        // Metrics without an event of their own are printed below the name of their group.
        group = row.event === undefined ? group : row.group;
        table.push({ ...row, group });
        size++;
      }
    }
    if (size === 0 && (left.count > 0 || head.length === 0)) throw notPerfStat(head);
    return { table: table.table(), warnings: left.warnings() };
  },
};

/** The first lines show the format. */
const readerFor = (head: Uint8Array): ReadLine => {
  const lines = textOf(head)
    .split('\n')
    .slice(0, 1000)
    .filter((line) => line.trim() !== '');
  if (lines.some((line) => /^\s*Performance counter stats for |^#\s+time\s/.test(line))) return textReader();
  const first = lines.find((line) => !/^\s*#/.test(line)) ?? '';
  const reader = first.trimStart().startsWith('{') ? jsonReader() : tableReader(lines.slice(0, 50), first);
  return (line) => (/^\s*#/.test(line) ? [] : reader(line));
};

/** -x if some line is a row of it with a possible separator, else text. */
const tableReader = (lines: readonly string[], first: string): ReadLine => {
  for (const line of [first, ...lines].filter((each) => !each.startsWith('#'))) {
    const separator = separatorOf(line);
    const rows = line.split(separator).length >= 3 ? csvReader(separator)(line) : undefined;
    if (separator !== ' ' && rows !== undefined) return csvReader(separator);
  }
  return textReader();
};

const textOf = (head: Uint8Array): string => Buffer.from(head).toString('utf8');

const notPerfStat = (head: Uint8Array): FridayError => {
  const lines = textOf(head.subarray(0, 1000)).split('\n');
  const first = lines.find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  return new FridayError(
    'input',
    `perf stat: expected "Performance counter stats for ...", rows of -x or objects of -j, got ${quoted(first.slice(0, 80))}`,
    {
      next: 'Give the output of perf stat: perf stat -o FILE ..., perf stat -x, -o FILE ... or perf stat -j -o FILE ...',
    },
  );
};
