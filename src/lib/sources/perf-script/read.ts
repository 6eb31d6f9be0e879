import { FridayError } from '../../errors.ts';
import { internNames } from '../../stacks/intern.ts';
import { sampleColumns } from '../../stacks/profile.ts';
import type { Profile, ProfileEvent, ReadOptions } from '../../stacks/profile.ts';
import { buildFrames, buildStacks } from '../../stacks/table.ts';
import { decoded } from './decoded.ts';
import { wholeBlocks } from './read-blocks.ts';
import type { WholeBlocks } from './read-blocks.ts';
import { columnsFor, isBefore } from './read-columns.ts';
import type { Moment } from './read-columns.ts';
import { headerOf, unitOf } from './read-meta.ts';
import { oddLines } from './read-odd.ts';
import type { OddLines } from './read-odd.ts';
import { addUpDifferences, DIFFERENCES } from './read-differences.ts';
import { momentOf, readRecords } from './read-records.ts';
import type { Reading } from './read-records.ts';
import { readStacks } from './read-stacks.ts';
import { scriptColumns } from './script-columns.ts';
import { convertSimpleperf, isSimpleperf } from './simpleperf.ts';
import { HAS_TIME } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** `details`: keep the text after the event's name in the columns of `scriptColumns`. */
export interface ScriptReadOptions extends ReadOptions {
  readonly details?: boolean;
}

/** The profile in a scanned `perf script` text: one sample per event line. Throws kind 'input' for any other text. */
export const profileOf = (
  script: ScriptText,
  { addresses = false, details = false }: ScriptReadOptions = {},
): Profile => {
  const { records, texts } = script;
  if (isSimpleperf(decoded(texts.text(records.head[0] ?? 0)))) throw simpleperf();
  const blocks = wholeBlocks(script);
  const odd = oddLines(script, blocks);
  // Other kinds of text may contain a few lines that look like events.
  if (odd.count > records.size - blocks.ofRecord.size + blocks.size) throw notAScript(odd);
  const summed = addUpDifferences(records);
  const frames = buildFrames({ addresses });
  const [comms, events] = [internNames(), internNames()];
  const first = earliest(script, blocks);
  const room = records.size + blocks.size + odd.errorCount;
  const reading: Reading = {
    script,
    blocks,
    odd,
    comms,
    events,
    counts: [],
    lost: { records: 0, samples: 0 },
    stacks: readStacks(script, frames, buildStacks(1 << 14)),
    columns: columnsFor(room, first, { comms: comms.list, events: events.list }, details),
  };
  readRecords(reading);
  const read = profile(reading, frames.table(), first);
  return summed ? { ...read, warnings: [DIFFERENCES, ...read.warnings] } : read;
};

/** The smallest time. */
const earliest = (script: ScriptText, { ofRecord }: WholeBlocks): Moment | undefined => {
  const { size, flags } = script.records;
  let first: Moment | undefined;
  const see = (at: Moment): void => {
    if (first === undefined || isBefore(at, first)) first = at;
  };
  for (let r = 0; r < size; r++) if (((flags[r] ?? 0) & HAS_TIME) !== 0) see(momentOf(script, r));
  for (const wholes of ofRecord.values())
    for (const { head } of wholes) if (head?.seconds !== undefined) see({ seconds: head.seconds, nanos: head.nanos });
  return first;
};

const simpleperf = (): FridayError =>
  new FridayError('input', 'perf script: expected event lines, got the text of simpleperf report-sample', {
    next: convertSimpleperf,
  });

const notAScript = ({ count, first }: OddLines): FridayError =>
  new FridayError(
    'input',
    `perf script: expected event and stack lines, got ${count} other lines, first ${first[0] ?? ''}`,
    {
      next: 'Print the text again: perf script -i perf.data > FILE. With -F keep comm, tid, time, event, ip and sym.',
      seen: first[0] ?? '',
    },
  );

const profile = (reading: Reading, frames: Profile['frames'], first: Moment | undefined): Profile => {
  const { script, columns, events, counts, lost, odd } = reading;
  const { about, ...header } = headerOf(Array.from(script.comments, (text) => decoded(script.texts.text(text))));
  const warnings = [
    ...odd.warnings,
    ...(script.cut > 0 ? [`perf script: ${script.cut} lines were longer than 4 MB and were cut`] : []),
    ...(lost.samples > 0 ? [`perf lost ${lost.samples} samples`] : []),
  ];
  const found = events.list.map((name, i): ProfileEvent => {
    const said = about.get(name) ?? about.get(name.replace(/:[^:]*$/, '')) ?? '';
    return { name, samples: counts[i] ?? 0, unit: unitOf(name), about: said };
  });
  return {
    samples: {
      size: columns.size(),
      data: columns.data(),
      docs: columns.details === undefined ? sampleColumns : scriptColumns,
    },
    stacks: reading.stacks.table(),
    frames,
    lost,
    meta: {
      format: 'perf-script',
      ...header,
      events: found,
      start: first === undefined ? 0 : first.seconds + first.nanos / 1e9,
      maxDepth: undefined,
      // Without -g, perf prints the single frame on the event line. Sequence 0 is the empty one.
      callers: script.stacks > 1 ? true : undefined,
    },
    warnings,
  };
};
