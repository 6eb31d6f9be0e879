import type { ColumnDoc } from '../../columns/column.ts';
import { peek } from '../../stacks/peek.ts';
import { plainBytes } from '../../stacks/plain-bytes.ts';
import { recognise } from '../../stacks/recognise.ts';
import { linesOf } from '../../stacks/text-lines.ts';
import type { FileDecoder } from '../decoders.ts';
import { growRows } from '../grow-rows.ts';
import { csvRow, separatorOf } from './csv.ts';
import { jsonRow } from './json.ts';
import { textRow } from './text.ts';

/** One line of perf stat: a counter, a metric, or both. What the tool does not say is undefined. */
export interface StatRow {
  readonly t?: number | undefined;
  readonly where?: string | undefined;
  readonly event?: string | undefined;
  readonly value?: number | undefined;
  readonly unit?: string | undefined;
  readonly noise?: number | undefined;
  readonly running?: number | undefined;
  readonly runtime?: number | undefined;
  readonly metric?: number | undefined;
  readonly metricUnit?: string | undefined;
  readonly state?: string | undefined;
}

const columns = {
  t: { unit: 's', clock: 'monotonic', doc: 'The end of the interval (-I), in seconds since perf stat began.' },
  where: {
    unit: '',
    doc: 'The CPU, core, die, socket, node or thread that was counted apart (-A, --per-*).',
    key: true,
  },
  event: { unit: '', doc: 'The event, or the group of metrics that the line opens.', key: true },
  value: { unit: 'count', doc: 'The count, in `unit`; absent where it was not counted.' },
  unit: { unit: '', doc: 'The unit of `value`: msec, Joules ...; absent for plain counts.' },
  noise: { unit: '1', doc: 'The standard error of the mean over repeated runs (-r), as a share of `value`.' },
  running: {
    unit: '1',
    doc: 'The share of the time that the event was on the hardware; below 1, `value` is an estimate.',
  },
  runtime: { unit: 's', doc: 'How long the event was on the hardware, over all CPUs.' },
  metric: { unit: 'count', doc: 'What perf computed from the count, in `metricUnit`.' },
  metricUnit: { unit: '', doc: 'The metric and its unit: "insn per cycle", "of all branches", "%  tma_retiring".' },
  state: { unit: '', doc: 'not counted or not supported, where there is no count.' },
} as const satisfies Readonly<Record<string, ColumnDoc>>;

/** `perf stat` in its three notations: text, -x and -j. */
export const perfStat: FileDecoder = {
  name: 'perf.stat',
  doc: 'Counters and metrics of perf stat, as text, by -x or by -j; repeated, in intervals or per CPU.',
  from: 'https://github.com/torvalds/linux/blob/master/tools/perf/util/stat-display.c',
  columns,
  async decode(bytes) {
    const { head, whole } = await peek(await plainBytes(bytes), 65_536);
    const notation = recognise(head);
    const table = growRows(columns, () => undefined);
    let separator: string | undefined;
    let left = 0;
    for await (const line of linesOf(whole)) {
      if (line.trim() === '' || line.startsWith('#')) continue;
      if (notation === 'perf-stat-csv') separator ??= separatorOf(line);
      const row =
        notation === 'perf-stat-json'
          ? jsonRow(line)
          : separator !== undefined
            ? csvRow(line, separator)
            : textRow(line);
      if (row === undefined) left++;
      else if (row !== 'frame') table.push({ ...row });
    }
    const warnings =
      left > 0 ? [{ say: `perf stat: ${left} lines are neither counter nor metric and were left out` }] : [];
    return { table: table.table(), warnings };
  },
};
