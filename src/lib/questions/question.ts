import type { Grain } from '../answer/how.ts';
import type { ColumnData, ColumnDoc, ColumnDocs, NumberColumn, Table, TextColumn } from '../columns/column.ts';
import { growTable } from '../columns/grow.ts';
import type { ValueOf, ColumnName, SourceName, SourceRow } from '../sources/rows.ts';
import type { Value } from './values.ts';
import type { Way } from './way.ts';

/** A row of an answer, as methods read it. */
export type Row = Readonly<Record<string, Value>>;

/** Facts about the host that a question may use besides its sources. */
export interface HostShape {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly pageSize: number;
}

/** The column that holds such cells. */
type ColumnOf<Content> = number extends Content ? NumberColumn : TextColumn;

/** A table that has a column for each property of a row. */
export interface TableOf<Rows extends object> extends Table {
  readonly data: { readonly [Column in keyof Rows & string]: ColumnOf<Rows[Column]> };
}

/** A row over an interval. */
type Interval<Name extends SourceName, Picked extends ColumnName<Name>> = SourceRow<Name, Picked> & {
  readonly seconds: number | undefined;
};

/**
 * What a question reads: the sources that it names, of one recording. Naming the columns saves making the others (keys and
 * times are always there): a minute of 3,000 processes has ten million cells.
 */
export interface Reading<Source extends SourceName = SourceName> {
  readonly host: HostShape;
  /** The rows as they were sampled; counters count from boot. */
  readonly rows: <Name extends Source, Picked extends ColumnName<Name> = ColumnName<Name>>(
    source: Name,
    columns?: readonly Picked[],
  ) => Iterable<SourceRow<Name, Picked>>;
  /**
   * One row per series and interval: `t` is the interval's start, `seconds` its length, counters are per second, other
   * columns have their value at the interval's end. A counter is absent if it was reset in the interval, or if its series
   * had no row in between.
   */
  readonly rates: <Name extends Source, Picked extends ColumnName<Name> = ColumnName<Name>>(
    source: Name,
    columns?: readonly Picked[],
  ) => Iterable<Interval<Name, Picked>>;
  /** The same rows as a table. */
  readonly table: <Name extends Source, Picked extends ColumnName<Name> = ColumnName<Name>>(
    source: Name,
    columns?: readonly Picked[],
  ) => TableOf<SourceRow<Name, Picked>>;
  /** The same intervals as a table. */
  readonly rateTable: <Name extends Source, Picked extends ColumnName<Name> = ColumnName<Name>>(
    source: Name,
    columns?: readonly Picked[],
  ) => TableOf<Interval<Name, Picked>>;
}

/** What is known of a question before it is asked. */
interface Declaration<Name extends string, Source extends string, Columns extends ColumnDocs> {
  /** 'disk-activity': the name in code, in docs and in the answer. */
  readonly name: Name;
  /** Names that experts type: 'iostat'. */
  readonly aliases: readonly string[];
  /** The question in words. */
  readonly doc: string;
  readonly sources: readonly Source[];
  readonly grain: Grain;
  /** Why no tool with more detail was used, in a sentence. */
  readonly whyNotBetter: string;
  /** What this tool cannot see, a sentence each. */
  readonly cannotSee: readonly string[];
  readonly columns: Columns;
}

/**
 * One question that can be asked of a host, whatever tool answers it. `rows.ts` derives the types of an answer's rows from its
 * name and its columns.
 */
export interface Question<Name extends string = string, Columns extends ColumnDocs = ColumnDocs> extends Declaration<
  Name,
  string,
  Columns
> {
  /** Programs that answer it, best first; without one that this host can run, its sources do, if it has any. */
  readonly ways?: readonly Way[];
  /** Columns that it does not declare are kept: those of an event, which only the host knows. */
  readonly openColumns?: true;
  /** Its answer from its sources, for one recording. */
  table(reading: Reading): Table;
}

/** A row of an answer with these columns. */
export type AnswerRow<Columns extends ColumnDocs> = { readonly [Name in keyof Columns]: ValueOf<Columns[Name]> };

/** A question whose answer has few rows: a generator gives them one by one. */
interface ByRow<Name extends string, Source extends SourceName, Columns extends ColumnDocs> extends Declaration<
  Name,
  Source,
  Columns
> {
  readonly answer: (reading: Reading<Source>) => Iterable<Partial<AnswerRow<Columns>>>;
}

/** A question whose answer may have hundreds of thousands of rows: its columns are computed from those of its sources. */
interface ByColumn<Name extends string, Source extends SourceName, Columns extends ColumnDocs> extends Declaration<
  Name,
  Source,
  Columns
> {
  readonly answer: (reading: Reading<Source>) => Pick<TableOf<AnswerRow<Columns>>, 'size' | 'data'>;
}

/** Makes a question that answers row by row. Columns of sources and of the answer that are not declared do not compile. */
export const defineQuestion = <
  const Name extends string,
  const Source extends SourceName,
  const Columns extends ColumnDocs,
>({
  answer,
  ...declared
}: ByRow<Name, Source, Columns>): Question<Name, Columns> => ({
  ...declared,
  table: (reading) => {
    const grower = growTable(declared.columns);
    for (const row of answer(reading)) grower.push(row);
    return grower.table();
  },
});

/**
 * Makes a question that answers column by column: a minute of 3,000 processes takes a tenth of the time that it takes row
 * by row (npm run bench -- questions).
 */
export const defineColumnQuestion = <
  const Name extends string,
  const Source extends SourceName,
  const Columns extends ColumnDocs,
>({
  answer,
  ...declared
}: ByColumn<Name, Source, Columns>): Question<Name, Columns> => ({
  ...declared,
  table: (reading) => {
    const { size, data } = answer(reading);
    const named = Object.keys(declared.columns).map((name) => [name, data[name] as ColumnData] as const);
    return { size, docs: declared.columns, data: Object.fromEntries(named) };
  },
});

/** What is known of a question that only programs answer. */
type ByPrograms<Name extends string, Columns extends ColumnDocs> = Pick<
  Declaration<Name, string, Columns>,
  'name' | 'aliases' | 'doc' | 'columns'
> & { readonly ways: readonly [Way, ...(readonly Way[])] };

/** Makes a question that only programs answer: /proc has nothing that would mean the same. */
export const defineProgramQuestion = <const Name extends string, const Columns extends ColumnDocs>(
  declared: ByPrograms<Name, Columns>,
): Question<Name, Columns> => ({
  ...declared,
  sources: [],
  grain: declared.ways[0].grain,
  whyNotBetter: 'No other tool of this host sees more.',
  cannotSee: [],
  table: () => growTable(declared.columns).table(),
});

/** Column docs that many questions share. */
export const time = {
  unit: 's',
  clock: 'monotonic',
  doc: "Start of the interval, counted from the recording's start.",
} as const satisfies ColumnDoc;
export const seconds = { unit: 's', span: true, doc: 'Length of the interval.' } as const satisfies ColumnDoc;
