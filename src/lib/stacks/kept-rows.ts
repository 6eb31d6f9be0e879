import { isValid, type Codes, type ColumnData, type Table, type TextColumn } from '../columns/column.ts';
import {
  KERNEL,
  INLINED,
  JIT,
  ROOT,
  UNKNOWN,
  unsaid,
  type Profile,
  type ProfileEvent,
  type StackTable,
} from './profile.ts';
import { profileBehind, stackColumn } from './stack-names.ts';
import { buildFrames, buildStacks } from './table.ts';

const isCodes = (values: ArrayLike<number>): values is Codes =>
  values instanceof Uint8Array ||
  values instanceof Uint16Array ||
  values instanceof Uint32Array ||
  values instanceof Int32Array;

/** The samples of a profile with stacks as text: the rows of an Answer. */
export const samplesWithText = (profile: Profile): Table => {
  const { size, data, docs } = profile.samples;
  const { stack } = data;
  if (stack?.kind !== 'number') return profile.samples;
  const { values, valid } = stack;
  const codes = isCodes(values) ? values : Uint32Array.from(values);
  return { size, docs, data: { ...data, stack: stackColumn(profile, codes, valid) } };
};

const marks: Readonly<Record<string, number>> = { k: KERNEL, j: JIT, i: INLINED };

const flagsOf = (name: string): number =>
  name === '[unknown]' ? UNKNOWN : (marks[/_\[([kji])\]$/.exec(name)?.[1] ?? ''] ?? 0);

/** Splits texts like 'main;work' into stacks: `ids[i]` is the stack of text i. */
const stacksOf = (
  texts: readonly string[],
): { readonly ids: Uint32Array; readonly stacks: StackTable; readonly frames: Profile['frames'] } => {
  const [frames, stacks] = [buildFrames(), buildStacks()];
  const ids = Uint32Array.from(texts, (text) =>
    text.split(';').reduce((at, name) => stacks.push(at, frames.frame(name, '', flagsOf(name))), ROOT),
  );
  return { ids, stacks: stacks.table(), frames: frames.table() };
};

/** A profile made of a column of texts without a profile behind it, such as an imported or derived column. */
const profileOfTexts = (table: Table, { codes, names, valid }: TextColumn): Profile => {
  const { ids, stacks, frames } = stacksOf(names);
  const { data, docs } = table;
  const stack: ColumnData = {
    kind: 'number',
    values: Uint32Array.from(codes, (code) => ids[code] ?? 0),
    ...(valid === undefined ? {} : { valid }),
  };
  return {
    samples: { size: table.size, docs, data: { ...data, stack } },
    stacks,
    frames,
    lost: { records: 0, samples: 0 },
    meta: { ...unsaid, format: 'folded' },
    warnings: [],
  };
};

/** How many of the kept rows belong to each event; events without rows are not mentioned. */
const keptEvents = ({ size, data }: Table, events: readonly ProfileEvent[]): readonly ProfileEvent[] => {
  const { event } = data;
  if (event?.kind !== 'text') return events;
  const counts = new Map<string, number>();
  for (let i = 0; i < size; i++) {
    const name = isValid(event.valid, i) ? event.names[event.codes[i] ?? -1] : undefined;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return events.map((each) => ({ ...each, samples: counts.get(each.name) ?? 0 }));
};

const MICROSECONDS = 1e6;

/** The column of seconds that the rows stand for, in microseconds, if they have one (weight). */
const duration = ({ data, docs, size }: Table): ColumnData | undefined => {
  const name = Object.keys(data).find((each) => docs[each]?.weight);
  const column = name === undefined ? undefined : data[name];
  if (column?.kind !== 'number') return undefined;
  const values = Float64Array.from(column.values.subarray(0, size), (seconds) => Math.round(seconds * MICROSECONDS));
  return { kind: 'number', values, ...(column.valid === undefined ? {} : { valid: column.valid }) };
};

/** What a row weighs: its seconds if it has them, or how many samples or intervals it sums up. */
export type RowWeight = 'time' | 'count';

/** Uses the seconds of the rows, or the column `count` of grouped rows (`value` of a map of bpftrace), as their weight. */
const weighed = (table: Table, by: RowWeight): Table => {
  const { period, value } = table.data;
  const count = table.data['count'] ?? (value?.kind === 'number' ? value : undefined);
  const time = by === 'time' ? duration(table) : undefined;
  if (time !== undefined) return { ...table, data: { ...table.data, period: time } };
  return period === undefined && count !== undefined ? { ...table, data: { ...table.data, period: count } } : table;
};

/** A profile whose rows stand for time counts microseconds. */
const timed = (table: Table, profile: Profile, by: RowWeight): Profile =>
  by === 'count' || duration(table) === undefined
    ? profile
    : {
        ...profile,
        meta: {
          ...profile.meta,
          format: 'folded',
          events: [{ name: '', samples: table.size, unit: 'us', about: 'time' }],
        },
      };

/** The profile of exactly the rows of a table with a text column `stack`; undefined if it has no such column. */
export const profileOfRows = (table: Table, by: RowWeight = 'time'): Profile | undefined => {
  const { stack } = table.data;
  if (stack?.kind !== 'text') return undefined;
  const rows = weighed(table, by);
  const from = profileBehind(stack.names);
  if (from === undefined) return timed(table, profileOfTexts(rows, stack), by);
  const { codes, valid } = stack;
  const ids: ColumnData = { kind: 'number', values: codes, ...(valid === undefined ? {} : { valid }) };
  const counted = rows !== table;
  return timed(
    table,
    {
      ...from,
      samples: { size: rows.size, docs: rows.docs, data: { ...rows.data, stack: ids } },
      meta: {
        ...from.meta,
        ...(counted ? { format: 'folded' } : {}),
        events: keptEvents(rows, from.meta.events),
      },
    },
    by,
  );
};
