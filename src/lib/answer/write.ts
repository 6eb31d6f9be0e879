import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Table } from '../columns/column.ts';
import { csvOf, jsonOf } from '../columns/text-edge.ts';
import { FridayError } from '../errors.ts';
import { writing } from '../write-errors.ts';
import { metadataOf, type Saved } from './saved.ts';

/**
 * Writes an answer by the file's name: .arrow keeps everything, units, docs and provenance included; .csv and .json hold
 * the rows alone, with absent values as empty fields and nulls.
 */
export const writeAnswer = async (table: Table, saved: Saved, file: string): Promise<void> => {
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return writing(file, pipeline(Readable.from(csvOf(table)), createWriteStream(file)));
    case '.json':
      return writing(file, pipeline(Readable.from(jsonOf(table)), createWriteStream(file)));
    case '.arrow': {
      const { arrowOf } = await import('../columns/arrow-edge.ts'); // loaded only where it is needed: it is large
      return writing(file, writeFile(file, arrowOf(table, metadataOf(saved))));
    }
    default:
      throw new FridayError(
        'usage',
        `write: expected a name that ends in .arrow, .csv or .json, got ${JSON.stringify(file)}`,
        {
          next: 'Choose .arrow to keep units, docs and provenance: openAnswer(file) reads it back, and so do pandas, polars and pyarrow.',
        },
      );
  }
};
