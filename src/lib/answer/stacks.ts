import type { StackHealthRow } from '../api.ts';
import type { ColumnDoc, Table } from '../columns/column.ts';
import { FridayError } from '../errors.ts';
import { sayHealth } from '../stacks/health-say.ts';
import { stackHealth } from '../stacks/health.ts';
import { profileOfRows, type RowWeight } from '../stacks/kept-rows.ts';
import type { Profile } from '../stacks/profile.ts';
import { flamegraphFigure } from '../views/flamegraph.ts';
import { captionedFirst, viewOf, type Shown } from '../views/view.ts';
import type { Sourced } from './clock.ts';
import { columnOf } from './derive.ts';
import { cutOf, ofAll, sayHow } from './say.ts';

const profileFor = (table: Table, where: string, by: RowWeight = 'time'): Profile => {
  const profile = profileOfRows(table, by);
  if (profile !== undefined) return profile;
  const names = Object.keys(table.data).join(', ');
  throw new FridayError(
    'usage',
    `${where}: expected rows with a text column stack ('main;work'), got columns ${names || '(none)'}`,
    { next: 'Open a profile: await openProfile(file). Or derive a text column named stack.' },
  );
};

/** The stacks of the rows as a flame graph, alone or as the change from other rows. */
export const flamegraphOf = (rows: Sourced, against: Sourced | undefined): Shown => {
  const profile = profileFor(rows.table, 'flamegraph');
  const before = against === undefined ? undefined : profileFor(against.table, 'flamegraph against');
  const how = against === undefined ? rows.how : ofAll(rows.how, [against.how]);
  const figure = flamegraphFigure(profile, {
    warnings: sayHealth(stackHealth(profileFor(rows.table, 'flamegraph', 'count'))),
    how: sayHow(how),
    cut: cutOf(how),
    // A row of totals has the time at which its interval begins: no subsecond heat map.
    ...(how.grain === 'totals' ? { rows: 0 } : {}),
    ...(before === undefined ? {} : { against: before }),
  });
  return captionedFirst(viewOf(figure), cutOf(how));
};

const docs = {
  process: { unit: '', doc: 'The process, or all processes of one name.', key: true },
  pid: {
    unit: 'id',
    doc: 'Its pid, in the row of one process; absent for small processes of one name together, and in the rows of binaries.',
    key: true,
    ref: 'pid',
  },
  runtime: { unit: '', doc: 'Its language runtime: node, java, python, go ...; native if none was recognised.' },
  binary: { unit: '', doc: 'The program, library or kernel; absent in the row of a whole process.', key: true },
  samples: {
    unit: 'count',
    doc: 'Samples (off CPU: intervals) of the process; in the row of a binary, those with a frame in it.',
  },
  unknown: { unit: '1', doc: 'Share of frames without a symbol; of a process, of its user frames.' },
  broken: {
    unit: '1',
    doc: "Share of samples whose user stack is cut: its walk ended (in this binary) before the thread's start.",
  },
  truncated: { unit: '1', doc: 'Share of its samples whose stack is deeper than the recorder keeps.' },
  why: { unit: '', doc: 'What is wrong, worst first; empty if nothing is.', role: 'below' },
  fix: { unit: '', doc: 'What fixes it: a flag, a package, a setting.', role: 'below' },
} as const satisfies Readonly<Record<keyof StackHealthRow, ColumnDoc>>;

/** Texts joined, each once: two causes can have one fix. */
const once = (texts: readonly string[], by: string): string => [...new Set(texts)].join(by);

/** Quality of the rows' stacks: a row per process that matters, then one per binary and process, and a sentence. */
export const healthOf = (table: Table): { readonly table: Table; readonly say: string } => {
  const health = stackHealth(profileFor(table, 'health', 'count'));
  const rows: readonly Partial<StackHealthRow>[] = [...health.processes, ...health.binaries].map((row) => ({
    ...row,
    why: once(row.why, '; '),
    fix: once(row.fix, ' '),
  })) as Partial<StackHealthRow>[];
  const data = Object.keys(docs).map((name) => {
    const value = (i: number): unknown => rows[i]?.[name as keyof StackHealthRow];
    return [name, columnOf(rows.length, value, `health ${name}`)] as const;
  });
  const said = sayHealth(health);
  return {
    table: { size: rows.length, docs, data: Object.fromEntries(data) },
    say: said.length > 0 ? said.join(' ') : 'All stacks are complete and all frames have symbols: nothing to fix.',
  };
};
