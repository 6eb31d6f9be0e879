import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FRAME_KINDS } from '../../../src/lib/mime.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { profileOfRows } from '../../../src/lib/stacks/kept-rows.ts';
import { drawProfile } from '../../../src/lib/views/flamegraph.ts';
import { valueAt, type Table } from '../../../src/lib/columns/column.ts';
import { takeRows } from '../../../src/lib/columns/take.ts';

const folder = join(packageRoot, 'fixtures', 'off-cpu');
export const waitsFile = (name: string): Buffer => readFileSync(join(folder, name));

/** What is known of the process of waits.c when it was recorded; its pid is in the recording. */
export const waitsContext = (pid: number) => ({
  start: 0,
  maps: new Map([[pid, waitsFile('maps').toString()]]),
  symbols: join(folder, 'symbols'),
});

export interface OffRow {
  readonly t: number;
  readonly seconds: number;
  readonly count: number;
  readonly pid?: number;
  readonly tid: number;
  readonly comm?: string;
  readonly state?: string;
  readonly waker?: string;
  readonly waker_tid?: number;
  readonly stack?: string;
}

export const offRows = ({ data, size }: Table): OffRow[] =>
  Array.from(
    { length: size },
    (_, i) =>
      Object.fromEntries(
        Object.entries(data).flatMap(([name, column]) => {
          const value = valueAt(column, i);
          return value === undefined ? [] : [[name, value]];
        }),
      ) as unknown as OffRow,
  );

export const secondsOf = (rows: readonly OffRow[], which: (row: OffRow) => boolean): number =>
  rows.filter(which).reduce((sum, { seconds }) => sum + seconds, 0);

/** Whether a function is in the row's stack. */
export const inFunction =
  (name: string) =>
  ({ stack = '' }: OffRow): boolean =>
    stack.split(';').includes(name);

/** Warnings besides those about switches that the kernel of the recording did not report. */
export const otherThanUnreported = (warnings: readonly string[]): string[] =>
  warnings.filter((say) => !/did not report|not reported/.test(say));

/** The rows in which a text column has this value. */
export const keptRows = (table: Table, name: string, value: string): Table => {
  const column = table.data[name];
  const rows = Array.from({ length: table.size }, (_, i) => i);
  return takeRows(table, Uint32Array.from(rows.filter((i) => column !== undefined && valueAt(column, i) === value)));
};

/** The flame graph of one thread name: its sentence, and the kind of a frame. */
export const drawnOf = (table: Table, comm: string) => {
  const profile = profileOfRows(keptRows(table, 'comm', comm));
  if (profile === undefined) throw new Error('the rows have no stacks');
  const { tree, head } = drawProfile(profile);
  return { say: head.say, kindOf: (name: string) => FRAME_KINDS[tree.kinds[tree.names.indexOf(name)] ?? 0] };
};
