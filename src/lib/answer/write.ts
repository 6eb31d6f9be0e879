import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Table } from '../columns/column.ts';
import { csvOf, jsonOf } from '../columns/text-edge.ts';
import { FridayError } from '../errors.ts';
import { writing } from '../write-errors.ts';

/** Writes the rows as CSV, JSON or Arrow by the file's name; absent values are empty fields and nulls there. */
export const writeTable = async (table: Table, file: string): Promise<void> => {
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return writing(file, pipeline(Readable.from(csvOf(table)), createWriteStream(file)));
    case '.json':
      return writing(file, pipeline(Readable.from(jsonOf(table)), createWriteStream(file)));
    case '.arrow': {
      const { arrowOf } = await import('../columns/arrow-edge.ts'); // loaded only where it is needed: it is large
      return writing(file, writeFile(file, arrowOf(table)));
    }
    default:
      throw new FridayError(
        'usage',
        `write: expected a name that ends in .csv, .json or .arrow, got ${JSON.stringify(file)}`,
        {
          next: 'Choose one of these; DuckDB, pandas and polars read .arrow with types and units.',
        },
      );
  }
};
