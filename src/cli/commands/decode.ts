import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { arrowOf } from '../../lib/columns/arrow-edge.ts';
import type { Table } from '../../lib/columns/column.ts';
import { csvOf, jsonOf } from '../../lib/columns/text-edge.ts';
import { FridayError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';
import { openRecording } from '../../lib/recording/open.ts';
import type { FileDecoder } from '../../lib/sources/decoders.ts';
import { fileDecoders } from '../../lib/sources/decoders.ts';
import { findSource } from '../../lib/sources/list.ts';
import type { Source, Warning } from '../../lib/sources/source.ts';
import type { Command } from '../command.ts';
import { print } from '../print.ts';
import { rawSample } from '../decode/raw-sample.ts';

type Decoded = { readonly table: Table; readonly warnings: readonly Warning[] };

/** How a table is written; absent is an empty field in CSV, null in JSON and Arrow. */
const formats: Readonly<Record<string, (table: Table) => Iterable<string | Uint8Array>>> = {
  csv: csvOf,
  json: jsonOf,
  arrow: (table) => [arrowOf(table)],
};

const fromSource = async (source: Source, paths: readonly string[], every: number): Promise<Decoded> => {
  const [first = ''] = paths;
  if (existsSync(join(first, 'manifest.json'))) return (await openRecording(first)).table(source.name);
  const decoder = source.decoder();
  for (const [i, path] of paths.entries()) decoder.add(await rawSample(source, path, i * every));
  return decoder.table();
};

const fromFile = (
  decoder: FileDecoder,
  [path = '', ...more]: readonly string[],
  event: string | undefined,
): Promise<Decoded> => {
  if (more.length > 0)
    throw new FridayError('usage', `fbf decode ${decoder.name}: expected one file`, { next: command.usage });
  return decoder.decode(createReadStream(path, { highWaterMark: 1024 * 1024 }), { event });
};

const write = async (pieces: Iterable<string | Uint8Array>): Promise<void> => {
  for (const piece of pieces) await print(piece);
};

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'csv' },
      every: { type: 'string', default: '1' },
      event: { type: 'string' },
    },
  });
  const [name, ...paths] = positionals;
  const format = Object.hasOwn(formats, values.format) ? formats[values.format] : undefined;
  const every = Number(values.every);
  if (name === undefined || paths.length === 0 || !format || !(every > 0))
    throw new FridayError('usage', 'fbf decode: expected a source, and files or folders', { next: command.usage });
  const decoder = fileDecoders.find((each) => each.name === name);
  const tools = fileDecoders.map((each) => each.name);
  const { table, warnings } = decoder
    ? await fromFile(decoder, paths, values.event)
    : await fromSource(findSource(name, tools), paths, every);
  await write(format(table));
  for (const { say } of warnings) process.stderr.write(`fbf decode: ${printable(say)}\n`);
  return 0;
};

/** Decodes raw files with the decoder of any source. */
export const command: Command = {
  summary: "run a source's decoder on a raw file, a folder that stands for /proc, or a recording",
  usage: `fbf decode SOURCE FILE|DIR... [--format csv|json|arrow] [--every SECONDS] [--event NAME]

SOURCE: a name that fbf sources lists. FILE: the raw file as the host has it. DIR: a folder that stands for /proc, or a
recording. Several of them are samples one after the other, SECONDS apart (1 unless told otherwise). NAME: the tracepoint
of a perf.data file (perf.tracepoints).
The table goes to standard output, what was wrong with the content to standard error. Absent values are empty fields in
CSV, and null in JSON and Arrow. Units and meanings: fbf sources.`,
  run,
};
