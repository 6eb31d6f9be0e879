import type { ColumnDoc, ColumnDocs } from '../columns/column.ts';
import type { RowValues } from './grow-rows.ts';
import { growRows } from './grow-rows.ts';
import type { Decoder, HostUnits, Recipe, SourceSample, Source } from './source.ts';
import { newComplaints, quoted } from './warnings.ts';

/** One file of one sample, as text, for a row generator. */
export interface FileText {
  readonly path: string;
  readonly text: string;
  readonly host: HostUnits;
  /** The host's CLOCK_MONOTONIC when the recording started; 0 if unknown. */
  readonly start: number;
  /** Reports a malformed line as a warning; rows before and after it are kept. */
  readonly unexpected: (expected: string, got: string) => void;
}

/** Description of a source: data, and a generator that turns a file's text into rows. */
export interface SourceSpec<Name extends string = string, Columns extends ColumnDocs = ColumnDocs> {
  readonly name: Name;
  readonly doc: string;
  readonly from: string;
  readonly recipe: Recipe;
  readonly stream?: string;
  /** `t` is not declared here: every source has it. */
  readonly columns: Columns;
  /** Describes a name that is not declared; without this function, such names are ignored. */
  readonly unknown?: (name: string) => ColumnDoc;
  /** Yields the rows of one file, without `t`. */
  parse(file: FileText): Iterable<RowValues>;
}

/** The first column of every sampled row. */
export const time = {
  unit: 's',
  clock: 'monotonic',
  doc: 'Time at which reading the sample started, since the start of the recording.',
} as const satisfies ColumnDoc;

/** Values of x86-64 and nearly all other architectures. */
export const usualUnits: HostUnits = { ticks: 100, pageSize: 4096 };

const utf8 = new TextDecoder();

/**
 * Decodes samples by calling `parse` for files that changed; rows of unchanged files are repeated with the new time.
 */
const decoderOf = (spec: SourceSpec, columns: ColumnDocs, host: HostUnits): Decoder => {
  const grower = growRows(columns, (name) => spec.unknown?.(name));
  const complaints = newComplaints(spec.name);
  const now = new Map<string, readonly RowValues[]>();

  const rowsOf = (t: number, path: string, bytes: Uint8Array): readonly RowValues[] => {
    const text = utf8.decode(bytes);
    const rows: RowValues[] = [];
    const unexpected = (expected: string, got: string): void => {
      complaints.add(t, `${path}: expected ${expected}, got ${quoted(got)}`);
    };
    if (text !== '' && !/[\n\0]$/.test(text))
      unexpected('a newline at the end, so its last line may be cut', text.slice(-40));
    for (const row of spec.parse({ path, text, host, start: host.start ?? 0, unexpected })) rows.push(row);
    if (rows.length === 0 && !spec.recipe.log) unexpected('at least one row', text.slice(0, 80));
    return rows;
  };
  const take = ({ t, whole, files, gone }: SourceSample): void => {
    if (whole || spec.recipe.log) now.clear();
    for (const path of gone) now.delete(path);
    for (const { path, bytes, why } of files) {
      if (bytes) now.set(path, rowsOf(t, path, bytes));
      else {
        now.delete(path);
        complaints.add(t, `${path} could not be read: ${why ?? 'no reason given'}`);
      }
    }
  };
  return {
    add(sample) {
      take(sample);
      for (const rows of now.values()) for (const row of rows) grower.push(row, spec.recipe.log ? undefined : sample.t);
    },
    table: () => ({ table: grower.table(), warnings: complaints.warnings() }),
  };
};

/** Makes a source from its description; the types of its rows come from the columns as they are written here. */
export const defineSource = <const Name extends string, const Columns extends ColumnDocs>(
  spec: SourceSpec<Name, Columns>,
): Source<Name, { readonly t: typeof time } & Columns> => {
  const columns = { t: time, ...spec.columns };
  const { name, doc, from, recipe, stream } = spec;
  return {
    name,
    doc,
    from,
    recipe,
    columns,
    ...(stream === undefined ? {} : { stream }),
    decoder: (host = usualUnits) => decoderOf(spec, columns, host),
  };
};
