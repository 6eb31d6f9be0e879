import type { FlamegraphPayload } from '../../../../src/lib/mime.ts';
import type { TableHead } from '../table/cells.ts';
import type { TableData } from '../table/table.ts';
import { kindWord } from './describe.ts';
import type { FunctionRow } from './model.ts';

const heads = (unit: string): TableHead[] => [
  { name: 'self', unit, doc: 'Weight of the stacks that end in the function.', kind: 'number' },
  { name: 'self %', unit: '', doc: 'Self weight as a percentage of the whole.', kind: 'number' },
  { name: 'total', unit, doc: 'Weight of the stacks that contain the function.', kind: 'number' },
  { name: 'total %', unit: '', doc: 'Total weight as a percentage of the whole.', kind: 'number' },
  { name: 'function', unit: '', doc: 'The function, as the profile names it.', kind: 'text' },
  { name: 'kind', unit: '', doc: 'Kind of code: kernel, user, JIT, inlined ...', kind: 'text' },
];

/** The flame graph as a table: functions with self and total weight. */
export const functionTable = (rows: readonly FunctionRow[], whole: number, unit: string): TableData => {
  const share = (value: number): number => (whole === 0 ? 0 : Math.round((1e4 * value) / whole) / 100);
  const cells = (row: FunctionRow) => [
    row.self,
    share(row.self),
    row.total,
    share(row.total),
    row.name,
    kindWord(row.kind),
  ];
  return {
    columns: heads(unit),
    size: rows.length,
    at: (row, column) => (rows[row] ? (cells(rows[row])[column] ?? null) : null),
  };
};

/**
 * Exact numbers for the whole profile; the drawn frames alone would not sum to them, because small ones are left out.
 */
export const topRows = ({ top }: FlamegraphPayload): FunctionRow[] =>
  top.name
    .map((name, i) => ({ name, kind: top.kind[i] ?? 0, self: top.self[i] ?? 0, total: top.total[i] ?? 0 }))
    .sort((a, b) => b.self - a.self || b.total - a.total);

const changeHeads: TableHead[] = [
  {
    name: 'change',
    unit: 'points',
    doc: "Change of the function's self share of the profile, in percentage points.",
    kind: 'number',
  },
  { name: 'low', unit: '', doc: 'Lower end of the 95 % confidence interval of the change.', kind: 'number' },
  { name: 'high', unit: '', doc: 'Upper end of the 95 % confidence interval of the change.', kind: 'number' },
  { name: 'before', unit: '%', doc: 'Self share before.', kind: 'number' },
  { name: 'after', unit: '%', doc: 'Self share after.', kind: 'number' },
  {
    name: 'more than noise',
    unit: '',
    doc: 'Whether the change is larger than the noise between two captures of the same load.',
    kind: 'text',
  },
  { name: 'p', unit: '', doc: 'Probability of such a change between two captures of the same load.', kind: 'number' },
  { name: 'function', unit: '', doc: 'The function, as the profile names it.', kind: 'text' },
];

/** The changed functions, the most certain changes first. */
export const changeTable = ({ changes }: FlamegraphPayload): TableData => {
  const rows = changes?.functions ?? [];
  const points = (share: number): number => Math.round(share * 1e4) / 100;
  return {
    columns: changeHeads,
    size: rows.length,
    at: (row, column) => {
      const f = rows[row];
      if (f === undefined) return null;
      const cells = [
        points(f.change),
        points(f.low),
        points(f.high),
        points(f.before),
        points(f.after),
        f.sure ? 'yes' : 'no',
        f.p,
        f.name,
      ];
      return cells[column] ?? null;
    },
  };
};
