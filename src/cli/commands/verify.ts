import { FridayError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';
import { verifyRecording } from '../../lib/recording/verify.ts';
import { parsed } from '../arguments.ts';
import type { Command } from '../command.ts';

const run = async (args: readonly string[]): Promise<number> => {
  const { positionals } = parsed(args, {});
  const [dir, ...more] = positionals;
  if (dir === undefined || more.length > 0)
    throw new FridayError('usage', 'fbf verify: expected one recording (a folder)', { next: command.usage });
  const { problems, samples, bytes } = await verifyRecording(dir);
  for (const { kind, where, say } of problems)
    process.stdout.write(`${kind.padEnd(6)}  ${printable(where)}: ${printable(say)}\n`);
  const damaged = problems.filter(({ kind }) => kind === 'damage').length;
  const verdict = damaged === 0 ? 'no damage' : `${damaged} damaged`;
  process.stdout.write(`${samples} samples, ${(bytes / 1e6).toFixed(1)} MB: ${verdict}\n`);
  return damaged === 0 ? 0 : 1;
};

/** Checks a recording. */
export const command: Command = {
  summary: 'read a whole recording and list what is damaged or missing',
  usage: `fbf verify DIR

Reads every segment of the recording in DIR and checks checksums, keyframes, the order of times, and the manifest.
"damage": recorded data cannot be read (exit status 1). "note": all is readable, but less was recorded than asked for.`,
  run,
};
