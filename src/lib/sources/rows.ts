import type { Declared } from './list.ts';

/** The declared columns of each source, by its name. */
type Declarations = { readonly [Source in Declared as Source['name']]: Source['columns'] };

/** The name of a source. */
export type SourceName = keyof Declarations;

/** The name of a column of a source. */
export type ColumnName<Name extends SourceName> = keyof Declarations[Name] & string;

/** What a column's cells hold: text if its unit is '', else numbers; undefined where absent. */
export type ValueOf<Doc> = Doc extends { readonly unit: infer Unit }
  ? Unit extends ''
    ? string | undefined
    : '' extends Unit
      ? number | string | undefined
      : number | undefined
  : never;

/** The columns that every reading of a source has: its keys and its times. */
export type Always<Name extends SourceName> = {
  readonly [Column in ColumnName<Name>]: Declarations[Name][Column] extends
    { readonly key: true } | { readonly clock: string }
    ? Column
    : never;
}[ColumnName<Name>];

/** A row of a source with the picked columns, its keys and its times. */
export type SourceRow<Name extends SourceName, Picked extends ColumnName<Name>> = {
  readonly [Column in Picked | Always<Name>]: ValueOf<Declarations[Name][Column]>;
};
