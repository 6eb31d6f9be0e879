import { FridayError } from '../../lib/errors.ts';
import { bytesOfFile } from '../../lib/bytes/bytes.ts';
import { collectFor } from '../../lib/sources/perf-data/wanted.ts';
import { parsed } from '../arguments.ts';
import type { Command } from '../command.ts';
import { printable } from '../../lib/printable.ts';

const usage = `fbf symbols FILE --out DIR

Collects the symbols that a perf.data file needs. Run it on the machine where the file was recorded, before its binaries
change. It saves the symbol tables of the binaries in the samples, the kernel's symbols, and the /tmp/perf-PID.map files
of JIT compilers. Copy DIR along with the file; \`fbf fold FILE --symbols DIR\` and \`fbf flame FILE --symbols DIR\` then
give the same names on any machine.

  --out DIR   folder for the symbols, whose files are named by build-id; default: FILE.symbols

Record with \`perf record --buildid-mmap\` when perf writes to a pipe: otherwise the file has no build-ids, and those of
the binaries that are on disk now are used.`;

const options = { out: { type: 'string' } } as const;

const given = (args: readonly string[]): { readonly file: string; readonly out: string } => {
  const { values, positionals } = parsed(args, options);
  const [file, ...more] = positionals;
  if (file !== undefined && more.length === 0) return { file, out: values.out ?? `${file}.symbols` };
  throw new FridayError('usage', `fbf symbols: expected one perf.data file, got ${positionals.length}`, {
    next: 'fbf symbols --help',
  });
};

const SHOWN = 20;

const run = async (args: readonly string[]): Promise<number> => {
  const { file, out } = given(args);
  const bytes = bytesOfFile(file);
  try {
    const { binaries, maps, kernel, bytes: size, missing } = await collectFor(bytes, out);
    const megabytes = (size / 1e6).toFixed(1);
    const parts = [`${binaries} binaries`, kernel ? 'the kernel' : 'no kernel symbols', `${maps} run-time maps`];
    process.stdout.write(`${printable(out)}: ${parts.join(', ')}; ${megabytes} MB\n`);
    for (const name of missing.slice(0, SHOWN)) process.stdout.write(`not found: ${printable(name)}\n`);
    if (missing.length > SHOWN) process.stdout.write(`and ${missing.length - SHOWN} more\n`);
    return 0;
  } finally {
    bytes.close();
  }
};

export const command: Command = {
  summary: 'collect the symbols of a perf.data file, so that other machines can name its functions',
  usage,
  run,
};
