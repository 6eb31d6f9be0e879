import { FridayError } from '../../lib/errors.ts';
import { bytesOfFile } from '../../lib/bytes/bytes.ts';
import { fetchSymbols } from '../../lib/fetch/fetch-symbols.ts';
import { printable } from '../../lib/printable.ts';
import { sayWarning } from '../../lib/recording/warning.ts';
import { collectFor, wantedOf } from '../../lib/sources/perf-data/wanted.ts';
import { openTransport } from '../../lib/transport/open.ts';
import { promptOf } from '../../recorder/prompt.ts';
import { parsed } from '../arguments.ts';
import type { Command } from '../command.ts';
import { terminalPrompt } from '../terminal.ts';

const usage = `fbf symbols FILE --out DIR [--host HOST] [--sudo]

Collects the symbols that a perf.data file needs, before its binaries change: on the machine where the file was recorded,
or with --host from that machine. It saves the symbol tables of the binaries in the samples, the kernel's symbols, and the /tmp/perf-PID.map files
of JIT compilers. Copy DIR along with the file; \`fbf fold FILE --symbols DIR\` and \`fbf flame FILE --symbols DIR\` then
give the same names on any machine.

  --out DIR     folder for the symbols, whose files are named by build-id; default: FILE.symbols
  --host HOST   fetches them from the host of the file: ssh://[user@]host[:port] or a Host entry of ~/.ssh/config. Files of
                containers are found, too. What was fetched before is kept in ~/.cache/fast-by-friday/symbols.
  --sudo        reads as root on HOST: files of other users, kernel symbols, replaced files that still run

Record with \`perf record --buildid-mmap\` when perf writes to a pipe: otherwise the file has no build-ids, and those of
the binaries that are on disk now are used.`;

const options = { out: { type: 'string' }, host: { type: 'string' }, sudo: { type: 'boolean' } } as const;

interface Given {
  readonly file: string;
  readonly out: string;
  readonly host: string | undefined;
  readonly sudo: boolean;
}

const given = (args: readonly string[]): Given => {
  const { values, positionals } = parsed(args, options);
  const [file, ...more] = positionals;
  const { out, host, sudo = false } = values;
  if (file !== undefined && more.length === 0) return { file, out: out ?? `${file}.symbols`, host, sudo };
  throw new FridayError('usage', `fbf symbols: expected one perf.data file, got ${positionals.length}`, {
    next: 'fbf symbols --help',
  });
};

const SHOWN = 20;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const say = (lines: readonly string[]): void => {
  for (const line of lines.slice(0, SHOWN)) process.stdout.write(`${printable(line)}\n`);
  if (lines.length > SHOWN) process.stdout.write(`and ${lines.length - SHOWN} more\n`);
};

const parts = (found: { readonly binaries: number; readonly kernel: boolean; readonly maps: number }): string =>
  `${found.binaries} binaries, ${found.kernel ? 'the kernel' : 'no kernel symbols'}, ${found.maps} run-time maps`;

const collect = async (file: string, out: string): Promise<void> => {
  const bytes = bytesOfFile(file);
  try {
    const found = await collectFor(bytes, out);
    process.stdout.write(`${printable(out)}: ${parts(found)}; ${megabytes(found.bytes)}\n`);
    say(found.missing.map((name) => `not found: ${name}`));
  } finally {
    bytes.close();
  }
};

const fetch = async (file: string, out: string, host: string, sudo: boolean): Promise<void> => {
  const wanted = await wantedOf(file);
  const prompt = terminalPrompt();
  const prompter = prompt && ((text: string): Promise<string> => prompt(promptOf(text)));
  const { transport } = await openTransport(host, { prompter, sshConfig: process.env['FBF_SSH_CONFIG'] });
  try {
    const found = await fetchSymbols(transport, wanted, out, { sudo, prompter });
    const line = `${megabytes(found.transferred)} transferred, ${found.cached} of the binaries were known`;
    process.stdout.write(`${printable(out)}: ${parts(found)}; ${megabytes(found.bytes)}; ${line}\n`);
    say(found.warnings.map(sayWarning));
  } finally {
    await transport.close();
  }
};

const run = async (args: readonly string[]): Promise<number> => {
  const { file, out, host, sudo } = given(args);
  if (host === undefined && sudo)
    throw new FridayError('usage', 'fbf symbols: expected --host with --sudo', { next: 'fbf symbols --help' });
  if (host === undefined) await collect(file, out);
  else await fetch(file, out, host, sudo);
  return 0;
};

export const command: Command = {
  summary: 'collect the symbols of a perf.data file, so that other machines can name its functions',
  usage,
  run,
};
