import { FridayError } from '../../lib/errors.ts';
import { openCursor } from '../../lib/recording/cursor.ts';
import { openRecording } from '../../lib/recording/open.ts';
import { findSource, streamOf } from '../../lib/sources/list.ts';
import type { SourceSample } from '../../lib/sources/source.ts';
import { parsed } from '../arguments.ts';
import type { Command } from '../command.ts';
import { print } from '../print.ts';
import { visible } from '../visible.ts';

const utf8 = new TextDecoder();

/** One sample as text; lines that begin with "#" are ours, file content is indented by a tab. */
const shown = (stream: string, { t, whole, files, gone }: SourceSample): string => {
  const lines = [`# ${stream} t=${t.toFixed(6)} ${whole ? 'whole' : 'changes'}`];
  for (const path of gone) lines.push(`## ${visible(path)} was removed`);
  for (const { path, bytes, why } of files) {
    lines.push(`## ${visible(path)}${bytes ? '' : ` could not be read: ${visible(why ?? '')}`}`);
    if (bytes && bytes.length > 0)
      lines.push(
        ...visible(utf8.decode(bytes).replace(/\n$/, ''))
          .split('\n')
          .map((line) => `\t${line}`),
      );
  }
  return `${lines.join('\n')}\n`;
};

const run = async (args: readonly string[]): Promise<number> => {
  const { positionals } = parsed(args, {});
  const [dir, source, ...more] = positionals;
  if (dir === undefined || more.length > 0)
    throw new FridayError('usage', 'fbf cat: expected a recording (a folder) and at most one source', {
      next: command.usage,
    });
  const { manifest } = await openRecording(dir);
  const streams = Object.keys(manifest.sources);
  const wanted = source === undefined ? streams : [streams.includes(source) ? source : streamOf(findSource(source))];
  for (const stream of wanted) {
    const cursor = openCursor(dir, stream);
    for await (const sample of cursor.read()) await print(shown(stream, sample));
    for (const { say } of cursor.warnings) process.stderr.write(`fbf cat: ${stream}: ${visible(say)}\n`);
  }
  return 0;
};

/** Prints a recording as text. */
export const command: Command = {
  summary: 'print the files of a recording as plain text, for grep and review',
  usage: `fbf cat DIR [SOURCE]

Prints "# SOURCE t=SECONDS" for each sample, "## PATH" for each file in it, and the file's lines, indented by a tab.
After the first sample of a segment, only files that changed are printed. Control characters are shown as \\uNNNN.`,
  run,
};
