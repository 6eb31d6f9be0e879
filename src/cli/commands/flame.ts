import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { parseArgs } from 'node:util';
import { FridayError } from '../../lib/errors.ts';
import { diffFolded, type FoldedLine } from '../../lib/stacks/diff-folded.ts';
import { foldProfile } from '../../lib/stacks/fold.ts';
import { stackHealth } from '../../lib/stacks/health.ts';
import { sayHealth } from '../../lib/stacks/health-say.ts';
import type { Profile } from '../../lib/stacks/profile.ts';
import { drawProfile, type FlamegraphOptions } from '../../lib/views/flamegraph.ts';
import { oneOf, parsed, wrongOption } from '../arguments.ts';
import type { Command } from '../command.ts';
import { budgetFor, type FlameLook, flameWriter, WIDEST } from '../flame-file.ts';
import { checkEvent, checkSymbols, openProfile } from '../profile-input.ts';
import { print } from '../print.ts';

const usage = `fbf flame [FILE] [--diff BEFORE] [-o OUT.svg|OUT.html|OUT.png|OUT.json|OUT.txt|OUT.folded]

Draws a flame graph of a perf.data file, the text of \`perf script\`, folded stacks or a bpftrace stack map, packed by gzip
or zstd or not. Without FILE it reads standard input, and without -o it then writes an svg to standard output.

  -o FILE          the format by the name's end: svg (with search and zoom), html (interactive, one file, offline), png,
                   json (the data that the notebook draws), txt; default: FILE.svg
  --diff BEFORE    show what changed since BEFORE: orange more, blue less, pale within the noise; to a file that ends in
                   folded: a line "stack before after" for each stack, as difffolded.pl prints them
  --normalize, --strip-hex   for folded: scale BEFORE to the same total; write addresses as 0x...
  --icicle         the root on top
  --reverse        merge stacks from the innermost function; its callers are stacked on it
  --title TEXT
  --event NAME     only samples of this event; default: the first event of the file
  --weight WHAT    samples: count samples; period: add up the event counts that they stand for
  --min PIXELS     leave out frames narrower than this in an svg; default 0.1
  --width PIXELS   width of an svg or png; default 1200. A png has 32 million pixels at most
  --symbols DIR    folder of symbols by build-id, from \`fbf symbols\``;

const options = {
  output: { type: 'string', short: 'o' },
  diff: { type: 'string' },
  icicle: { type: 'boolean' },
  reverse: { type: 'boolean' },
  title: { type: 'string' },
  event: { type: 'string' },
  weight: { type: 'string' },
  min: { type: 'string' },
  width: { type: 'string' },
  symbols: { type: 'string' },
  normalize: { type: 'boolean' },
  'strip-hex': { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

const wrongUsage = (message: string): FridayError =>
  new FridayError('usage', `fbf flame: ${message}`, { next: 'fbf flame --help' });

const given = (args: readonly string[]): { readonly file: string; readonly values: Values } => {
  const { values, positionals } = parsed(args, options);
  const [file = '-', ...more] = positionals;
  if (more.length > 0) throw wrongUsage(`expected one file, got ${positionals.length}`);
  if (file === '-' && process.stdin.isTTY) throw wrongUsage('expected a file, or a profile on standard input');
  checkSymbols('flame', values.symbols);
  return { file, values };
};

/** An option in pixels. */
const pixels = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= WIDEST))
    throw wrongOption('flame', name, `pixels from 0 to ${WIDEST}`, text);
  return value;
};

const look = (values: Values): FlameLook => ({
  icicle: values.icicle ?? false,
  width: pixels('width', values.width),
  minWidth: pixels('min', values.min),
});

/** Writes a file, or standard output if no file was named, and prints what the picture contains. */
const deliver = async (output: string, content: string | Uint8Array, said: readonly string[]): Promise<void> => {
  const lines = said.map((line) => `${line}\n`).join('');
  if (output === STDOUT) {
    process.stderr.write(lines);
    await print(content);
  } else {
    await writeFile(output, content);
    process.stdout.write(`${lines}${output}\n`);
  }
};

const STDOUT = '-';

/** Folded stacks already have the process as their first frame. */
const drawing = (profile: Profile, before: Profile | undefined, values: Values, output: string): FlamegraphOptions => {
  const weight =
    values.weight === undefined ? undefined : oneOf('flame', 'weight', ['samples', 'period'] as const, values.weight);
  return {
    bare: profile.meta.format === 'folded',
    reverse: values.reverse ?? false,
    against: before,
    warnings: sayHealth(stackHealth(profile)),
    ...budgetFor(output),
    ...(weight === undefined ? {} : { weight }),
    ...(values.title === undefined ? {} : { title: values.title }),
    ...(values.event === undefined ? {} : { event: values.event }),
  };
};

/** A profile as folded stacks, marked as kernel functions where they are; of lines with two counts, the one after. */
const foldedLines = (profile: Profile): FoldedLine[] => {
  const text = Buffer.concat([...foldProfile(profile, { kernel: true })]).toString('utf8');
  return text.split('\n').flatMap((line): FoldedLine[] => {
    const at = line.lastIndexOf(' ');
    return at < 0 ? [] : [[line.slice(0, at), Number(line.slice(at + 1))]];
  });
};

/** Both profiles as lines "stack before after". */
const foldedChange = (before: Profile, after: Profile, values: Values): string => {
  const { normalize = false, 'strip-hex': stripHex = false } = values;
  const lines = diffFolded(foldedLines(before), foldedLines(after), { normalize, stripHex });
  return lines.map((line) => `${line}\n`).join('');
};

/** Writes the change between two profiles as text, for tools that draw it themselves. */
const writeChange = async (
  before: Profile | undefined,
  after: Profile,
  output: string,
  values: Values,
): Promise<number> => {
  if (before === undefined) throw wrongUsage('-o OUT.folded: expected --diff BEFORE (fbf fold writes one profile)');
  await deliver(output, foldedChange(before, after, values), []);
  return 0;
};

export const command: Command = {
  summary: 'draw a flame graph of a profile, or of what changed between two',
  usage,
  async run(args) {
    const { file, values } = given(args);
    const output = values.output ?? (file === '-' ? STDOUT : `${file}.svg`);
    const end = output === STDOUT ? '.svg' : extname(output).toLowerCase();
    const write =
      end === '.folded' ? undefined : flameWriter('flame', output === STDOUT ? 'stdout.svg' : output, ['.folded']);
    const drawnAs = look(values);
    const before = values.diff === undefined ? undefined : await openProfile(values.diff, values.symbols);
    const profile = await openProfile(file, values.symbols);
    checkEvent('event', profile, values.event);
    if (before !== undefined) checkEvent('event', before, values.event);
    if (write === undefined) return writeChange(before, profile, output, values);
    const drawn = drawProfile(profile, drawing(profile, before, values, output));
    const { say, warnings } = drawn.head;
    await deliver(output, await write(drawn, drawnAs), [say, ...warnings.map((warning) => `Warning: ${warning}`)]);
    return 0;
  },
};
