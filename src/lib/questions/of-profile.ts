import { valueAt, type ColumnData, type Table } from '../columns/column.ts';
import { takeRows } from '../columns/take.ts';
import { samplesWithText } from '../stacks/kept-rows.ts';
import type { Profile } from '../stacks/profile.ts';
import { sinceStart } from '../stacks/since-start.ts';
import type { Captured, Decoded } from './way.ts';

/** The rows whose time lies in the window: tools start a moment before it and end a moment after. */
const within = (table: Table, times: ColumnData, end: number): Table => {
  const rows: number[] = [];
  for (let i = 0; i < table.size; i++) {
    const t = valueAt(times, i);
    if (typeof t === 'number' && t >= 0 && t < end) rows.push(i);
  }
  return rows.length === table.size ? table : takeRows(table, Uint32Array.from(rows));
};

/** The samples of a profile within the window, with seconds since the recording's start and with stacks as text. */
export const answerOfProfile = (
  profile: Profile,
  { start, end }: Pick<Captured, 'start' | 'end'>,
  cannotSee: readonly string[] = [],
): Decoded => {
  const table = samplesWithText(sinceStart(profile, start));
  const { t } = table.data;
  return {
    table: t === undefined ? table : within(table, t, end),
    cannotSee: [...cannotSee, ...profile.warnings],
    lost: profile.lost.samples,
  };
};
