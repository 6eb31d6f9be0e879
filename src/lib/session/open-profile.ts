import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { answerFrom, type Answer } from '../answer/answer.ts';
import type { How, ProfileOptions, Sample } from '../api.ts';
import { valueAt, type Table } from '../columns/column.ts';
import { FridayError } from '../errors.ts';
import { located } from '../paths.ts';
import { printable } from '../printable.ts';
import { samplesWithText } from '../stacks/kept-rows.ts';
import type { Profile } from '../stacks/profile.ts';
import { readProfile } from '../sources/profile-reader.ts';
import { fromWholeSecond } from '../stacks/whole-second.ts';
import { unknownTime } from '../unknown-time.ts';
import { checkOptions, PROFILE_OPTIONS } from './options.ts';

const found = (file: string): string => {
  const at = located(file);
  if (existsSync(at) && !statSync(at).isDirectory()) return at;
  throw new FridayError(
    'input',
    `openProfile: expected a file, got ${existsSync(at) ? 'a folder' : 'nothing'} at ${printable(file)}`,
    {
      next: 'Give a perf.data file, the text of `perf script`, folded stacks, or a bpftrace stack map.',
    },
  );
};

/** Events that count CPU time: they take no samples of waiting threads. */
const ON_CPU = /^(cycles|cpu-cycles|cpu-clock|task-clock|cpu_core\/cycles|cpu_atom\/cycles|ref-cycles|instructions)\b/;

const cannotSee = ({ meta, warnings }: Profile): string[] => [
  ...(meta.events.some(({ name }) => ON_CPU.test(name))
    ? ['what threads waited for: only code that runs on a CPU is sampled']
    : []),
  ...warnings,
];

/** Formats that have counts per stack instead of single samples. */
const isCounted = ({ meta }: Profile): boolean => meta.format === 'folded' || meta.format === 'bpftrace';

/** Seconds from the first sample to the last. */
const length = ({ samples }: Profile): number => {
  const { t } = samples.data;
  let [first, last] = [Infinity, -Infinity];
  for (let i = 0; t?.kind === 'number' && i < samples.size; i++) {
    const time = valueAt(t, i);
    if (typeof time !== 'number') continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return Math.max(0, last - first);
};

const howOf = (profile: Profile, file: string, as: string): How => {
  const { meta, lost, samples } = profile;
  const tool = meta.tool === '' ? meta.format : meta.tool;
  const seen = samples.size;
  return {
    id: createHash('sha256').update(`${file}\n${as}`).digest('hex').slice(0, 12),
    as,
    question: 'profile',
    tool,
    reader: '',
    whyNotBetter: 'An opened file is used as it is.',
    cannotSee: cannotSee(profile),
    grain: isCounted(profile) ? 'totals' : 'events',
    seen,
    lost: lost.samples,
    coverage: seen + lost.samples === 0 ? 0 : seen / (seen + lost.samples),
    overhead: { ours: { cpu: 0, memory: 0, bytes: 0 }, added: 0, wall: length(profile) },
    host: meta.host,
    kernel: meta.kernel,
    tools: {},
    program: meta.command,
    code: `openProfile(${JSON.stringify(file)})`,
    // perf's clock counts from boot, and the file does not contain the time of boot.
    from: unknownTime(),
    to: unknownTime(),
    clockError: Infinity,
    recording: file,
  };
};

const ids = ['cpu', 'pid', 'tid'] as const;

const TIME =
  "When the sample was taken, counted from the whole second of the tool's clock before the first one: t % 1 is the offset within a second.";

/** Docs as an answer has them: ids say that they are, and the time what it counts from. */
const docsOf = ({ docs }: Table): Table['docs'] => {
  const numbered = ids.flatMap((name) => (docs[name] === undefined ? [] : [[name, { ...docs[name], unit: 'id' }]]));
  return {
    ...docs,
    ...(Object.fromEntries(numbered) as Table['docs']),
    ...(docs['t'] === undefined ? {} : { t: { ...docs['t'], doc: TIME } }),
  };
};

/**
 * Opens a profile from a file as an Answer with one row per sample: perf.data, the text of `perf script`, folded
 * stacks or a bpftrace stack map, detected by content. Throws FridayError('input') for any other file.
 */
export const openProfile = async (file: string, options: ProfileOptions = {}): Promise<Answer<Sample>> => {
  checkOptions('openProfile', options, PROFILE_OPTIONS);
  const { as = 'profile', symbols, addresses } = options;
  const read = await readProfile(createReadStream(found(file), { highWaterMark: 1 << 20 }), {
    ...(symbols === undefined ? {} : { symbols: located(symbols) }),
    ...(addresses === undefined ? {} : { addresses }),
  });
  const profile = fromWholeSecond(read);
  const table = samplesWithText(profile);
  return answerFrom<Sample>({ ...table, docs: docsOf(table) }, howOf(profile, file, as), { figure: 'flamegraph' });
};
