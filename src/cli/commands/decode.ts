import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { arrowOf } from '../../lib/columns/arrow-edge.ts';
import type { Table } from '../../lib/columns/column.ts';
import { csvOf, jsonOf } from '../../lib/columns/text-edge.ts';
import { FridayError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';
import { openRecording } from '../../lib/recording/open.ts';
import type { FileDecoder } from '../../lib/sources/source.ts';
import { fileDecoders } from '../../lib/sources/decoders.ts';
import { findSource, sources } from '../../lib/sources/list.ts';
import type { Source, Warning } from '../../lib/sources/source.ts';
import { oneOf, parsed, secondsOption } from '../arguments.ts';
import type { Command } from '../command.ts';
import { fileSource } from '../file-source.ts';
import { print } from '../print.ts';
import { rawSample } from '../decode/raw-sample.ts';

type Decoded = { readonly table: Table; readonly warnings: readonly Warning[] };

/** The output formats; an absent value is an empty field in CSV, null in JSON and Arrow. */
const formats = {
  csv: csvOf,
  json: jsonOf,
  arrow: (table: Table) => [arrowOf(table)],
} as const satisfies Readonly<Record<string, (table: Table) => Iterable<string | Uint8Array>>>;

const FORMATS = ['csv', 'json', 'arrow'] as const;

const fromSource = async (source: Source, paths: readonly string[], every: number): Promise<Decoded> => {
  const [first = ''] = paths;
  if (existsSync(join(first, 'manifest.json'))) return (await openRecording(first)).table(source.name);
  const decoder = source.decoder();
  for (const [i, path] of paths.entries()) decoder.add(await rawSample(source, path, i * every));
  return decoder.table();
};

const fromFile = async (
  decoder: FileDecoder,
  [path = '', ...more]: readonly string[],
  event: string | undefined,
): Promise<Decoded> => {
  if (more.length > 0)
    throw new FridayError('usage', `fbf decode ${decoder.name}: expected one file`, { next: command.usage });
  return decoder.decode(await fileSource(path), { event });
};

const write = async (pieces: Iterable<string | Uint8Array>): Promise<void> => {
  for (const piece of pieces) await print(piece);
};

/** Sources that read a file of this name, since the user may have meant one of them. */
const sourcesOf = (path: string): readonly string[] => {
  const name = basename(path);
  return sources.filter(({ recipe }) => recipe.read.some((each) => basename(each) === name)).map((each) => each.name);
};

/** The error for input of which nothing can be decoded: what the decoder said, and another source for such a file. */
const nothingIn = (name: string, paths: readonly string[], warnings: readonly Warning[]): FridayError => {
  const where = paths.map((path) => printable(path, 200)).join(', ');
  const others = [...new Set(paths.flatMap(sourcesOf))].filter((each) => each !== name);
  const said = warnings.slice(0, 3).map(({ say }) => printable(say));
  return new FridayError('input', `${where}: expected the format of ${name}, which no line has`, {
    next: [
      ...said,
      others.length === 0
        ? `See what it reads: fbf sources ${name}`
        : `Try: fbf decode ${others[0] ?? ''} ${printable(paths[0] ?? '', 200)}`,
    ].join('\n'),
  });
};

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, {
    format: { type: 'string', default: 'csv' },
    every: { type: 'string', default: '1' },
    event: { type: 'string' },
  });
  const format = oneOf('decode', 'format', FORMATS, values.format);
  const every = secondsOption('decode', 'every', values.every);
  const [name, ...paths] = positionals;
  if (name === undefined || paths.length === 0)
    throw new FridayError('usage', 'fbf decode: expected a source, and files or folders', { next: command.usage });
  const decoder = fileDecoders.find((each) => each.name === name);
  const tools = fileDecoders.map((each) => each.name);
  const { table, warnings } = decoder
    ? await fromFile(decoder, paths, values.event)
    : await fromSource(findSource(name, tools), paths, every);
  if (table.size === 0) throw nothingIn(name, paths, warnings);
  await write(formats[format](table));
  for (const { say } of warnings) process.stderr.write(`fbf decode: ${printable(say)}\n`);
  return 0;
};

/** Decodes raw files with the decoder of any source. */
export const command: Command = {
  summary: 'decode a copy of a kernel file, a folder with the layout of /proc, or a recording, to CSV, JSON or Arrow',
  usage: `fbf decode SOURCE FILE|DIR... [--format csv|json|arrow] [--every SECONDS] [--event NAME]

SOURCE: a name that fbf sources lists. FILE: a copy of the host's file. DIR: a folder with the layout of /proc, or a
recording.
Several of them are samples in time order, SECONDS apart (default 1). NAME: the event of a file that has
several (perf.tracepoints, ftrace, ftrace-text).
The table goes to standard output, warnings about the content to standard error. Absent values are empty fields in
CSV, and null in JSON and Arrow. Units and meanings: fbf sources. Exit status 1 when nothing could be decoded.`,
  run,
};
