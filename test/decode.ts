import { valueAt, type Table } from '../src/lib/columns/column.ts';
import { rawSample } from '../src/cli/decode/raw-sample.ts';
import { findSource } from '../src/lib/sources/list.ts';

export type Row = Record<string, number | string | undefined>;

/** A table as rows; absent values are left out. */
export const rowsOf = ({ size, data }: Table): Row[] =>
  Array.from({ length: size }, (_, i) => {
    const row: Row = {};
    for (const [name, column] of Object.entries(data)) {
      const value = valueAt(column, i);
      if (value !== undefined) row[name] = value;
    }
    return row;
  });

/** Decodes raw files or folders as samples, `every` seconds apart. */
export const decode = async (
  source: string,
  paths: readonly string[],
  every = 1,
): Promise<{ table: Table; rows: Row[]; warnings: string[] }> => {
  const decoder = findSource(source).decoder();
  for (const [i, path] of paths.entries()) decoder.add(await rawSample(findSource(source), path, i * every));
  const { table, warnings } = decoder.table();
  return { table, rows: rowsOf(table), warnings: warnings.map(({ say }) => say) };
};

/** Decodes texts as samples one second apart: the files of each sample, by path. */
export const decodeTexts = (source: string, samples: readonly Readonly<Record<string, string | Uint8Array>>[]) => {
  const decoder = findSource(source).decoder();
  for (const [t, files] of samples.entries()) {
    const read = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
    decoder.add({ t, whole: true, files: read, gone: [] });
  }
  const { table, warnings } = decoder.table();
  return { table, rows: rowsOf(table), warnings: warnings.map(({ say }) => say) };
};
