import { closeSync, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { FridayError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';
import { foldAnyScript } from '../../lib/sources/perf-script/fold-any.ts';
import { scannerForFold } from '../../lib/sources/perf-script/fold.ts';
import type { FoldOptions } from '../../lib/stacks/fold-options.ts';
import { foldProfile } from '../../lib/stacks/fold.ts';
import type { ByteSource } from '../../lib/bytes/peek.ts';
import { unpack } from '../../lib/bytes/unpack.ts';
import { readProfile } from '../../lib/sources/profile-reader.ts';
import { moreBytes, RECOGNISED_BY, recogniseSoFar, recogniseSource } from '../../lib/sources/recognise.ts';
import type { Recognised } from '../../lib/sources/recognise.ts';
import { oneOf, parsed } from '../arguments.ts';
import type { Command } from '../command.ts';
import { checkEvent, checkSymbols, nameOf, noSamples, openProfile } from '../profile-input.ts';
import { fileSource } from '../file-source.ts';
import { print } from '../print.ts';

const usage = `fbf fold [FILE] [--pid] [--tid] [--kernel] [--jit] [--all] [--addrs] [--event-filter NAME] [--like perl]
         [--symbols DIR] [-o FILE]

Folds stacks into lines "comm;outermost;...;innermost count", sorted, on standard output. FILE (or standard input): a
perf.data file, the text of perf script, folded stacks or a bpftrace stack map, packed by gzip or zstd or not; the
format is detected from the content.

  --pid, --tid         the process id, or process and thread id, in the first frame
  --kernel, --jit      _[k] after kernel functions, _[j] after JIT-compiled functions; --all: both
  --addrs              the address where there is no symbol
  --event-filter NAME  only samples of this event; default: the event that comes first
  --like perl          the bytes of stackcollapse-perf.pl; default: as inferno-collapse-perf reads
  --symbols DIR        symbols by build-id, as fbf symbols collects them
  -o FILE              write to FILE instead of standard output`;

const options = {
  pid: { type: 'boolean' },
  tid: { type: 'boolean' },
  kernel: { type: 'boolean' },
  jit: { type: 'boolean' },
  all: { type: 'boolean' },
  addrs: { type: 'boolean' },
  'event-filter': { type: 'string' },
  like: { type: 'string', default: 'inferno' },
  output: { type: 'string', short: 'o' },
  symbols: { type: 'string' },
} as const;

const wrongUsage = (say: string): FridayError =>
  new FridayError('usage', `fbf fold: ${say}`, { next: 'fbf fold --help' });

interface Given {
  readonly file: string;
  readonly output: string | undefined;
  readonly symbols: string | undefined;
  readonly fold: FoldOptions;
}

const given = (args: readonly string[]): Given => {
  const { values, positionals } = parsed(args, options);
  if (positionals.length > 1) throw wrongUsage(`expected one file, got ${positionals.length}`);
  const { pid = false, tid = false, all = false, addrs = false } = values;
  const filter = values['event-filter'];
  checkSymbols('fold', values.symbols);
  return {
    file: positionals[0] ?? '-',
    output: values.output,
    symbols: values.symbols,
    fold: {
      like: oneOf('fold', 'like', ['inferno', 'perl'] as const, values.like),
      pid,
      tid,
      addrs,
      kernel: all || values.kernel === true,
      jit: all || values.jit === true,
      ...(filter === undefined ? {} : { eventFilter: filter }),
    },
  };
};

/** Bytes per read from a file; the scanner works in that buffer. */
const CHUNK = 8 << 20;

/** Detects the format of an open file: reads until it is known. */
const recogniseFile = (fd: number): Recognised => {
  for (let bytes = RECOGNISED_BY; ; bytes = moreBytes(bytes)) {
    const head = new Uint8Array(bytes);
    const got = readSync(fd, head, 0, bytes, 0);
    const found = recogniseSoFar(head.subarray(0, got), got < bytes);
    if (found !== undefined) return found;
  }
};

/** Folds a regular file of `perf script` text in place, without a stream. Returns the format of any other file. */
const foldTextFile = (file: string, fold: FoldOptions): Iterable<Uint8Array> | Recognised => {
  // A pipe can be opened only once: a second open would lose what was written before.
  if (!statSync(file).isFile()) return 'unknown';
  const fd = openSync(file, 'r');
  try {
    const found = recogniseFile(fd);
    if (found !== 'perf-script') return found;
    const scanner = scannerForFold(fold);
    let at = 0;
    for (let n = CHUNK; n > 0; at += n) {
      n = readSync(fd, scanner.space(CHUNK), 0, CHUNK, at);
      scanner.scanned(n);
    }
    return foldAnyScript(scanner.ended(), fold);
  } finally {
    closeSync(fd);
  }
};

const foldRead = async (source: ByteSource, { file, fold, symbols }: Given): Promise<Iterable<Uint8Array>> => {
  const profile = await readProfile(source, {
    name: nameOf(file),
    addresses: fold.addrs ?? false,
    ...(symbols === undefined ? {} : { symbols }),
  });
  for (const say of profile.warnings) process.stderr.write(`fbf fold: ${printable(say)}\n`);
  return foldProfile(profile, fold);
};

const foldSource = async (source: ByteSource, order: Given): Promise<Iterable<Uint8Array>> => {
  const { fold } = order;
  const { format, head, whole } = await recogniseSource(await unpack(source));
  if (head.length === 0) return [];
  if (format !== 'perf-script') return foldRead(whole, order);
  const scanner = scannerForFold(fold);
  for await (const piece of whole) {
    scanner.space(piece.length).set(piece);
    scanner.scanned(piece.length);
  }
  return foldAnyScript(scanner.ended(), fold);
};

/** Reads a file in place if its format allows it, otherwise as a stream. */
const foldFile = async (order: Given): Promise<Iterable<Uint8Array>> => {
  const found = foldTextFile(order.file, order.fold);
  if (typeof found !== 'string') return found;
  const stream = await fileSource(order.file);
  return found === 'perf.data' ? foldRead(stream, order) : foldSource(stream, order);
};

const toFile = (pieces: Iterable<Uint8Array>, fd: number): void => {
  for (const piece of pieces) for (let at = 0; at < piece.length;) at += writeSync(fd, piece, at);
};

/** Passes the pieces on; `size` is the number of bytes so far. */
const counted = (pieces: Iterable<Uint8Array>) => {
  const seen = { size: 0 };
  const through = function* (): Iterable<Uint8Array> {
    for (const piece of pieces) {
      seen.size += piece.length;
      yield piece;
    }
  };
  return { seen, through: through() };
};

/** The error for no output: the event asked for has no samples, or the file has none. */
const nothingFolded = async ({ file, fold, symbols }: Given): Promise<FridayError> => {
  if (file === '-' || fold.eventFilter === undefined || !statSync(file).isFile()) return noSamples(file);
  checkEvent('event-filter', await openProfile(file, symbols), fold.eventFilter);
  return noSamples(file);
};

/** Writes a file at once. Writes a pipe piece by piece: a piece's buffer is valid only until the next piece. */
const write = async (pieces: Iterable<Uint8Array>, output: string | undefined): Promise<void> => {
  if (output === undefined && !fstatSync(1).isFile()) {
    for (const piece of pieces) await print(piece);
    return;
  }
  const fd = output === undefined ? 1 : openSync(output, 'w');
  try {
    toFile(pieces, fd);
  } finally {
    if (fd !== 1) closeSync(fd);
  }
};

const run = async (args: readonly string[]): Promise<number> => {
  const order = given(args);
  const { file, output } = order;
  if (file === '-' && process.stdin.isTTY) throw wrongUsage('expected a file, or a profile on standard input');
  const pieces = await (file === '-' ? foldSource(process.stdin, order) : foldFile(order));
  const { seen, through } = counted(pieces);
  await write(through, output);
  if (seen.size === 0) throw await nothingFolded(order);
  return 0;
};

/** Folds the stacks of a profile. */
export const command: Command = {
  summary: 'fold the stacks of a profile, as inferno or stackcollapse-perf.pl do',
  usage,
  run,
};
