import { buildFrames, buildStacks } from '../../stacks/table.ts';
import type { FrameBuilder } from '../../stacks/table.ts';
import { sampleColumns } from '../../stacks/profile.ts';
import type { Profile, ProfileEvent, ReadOptions } from '../../stacks/profile.ts';
import { internNames } from '../../stacks/intern.ts';
import type { Names } from '../../stacks/intern.ts';
import { decoded } from './decoded.ts';
import { memo } from './memo.ts';
import { readStacks } from './read-stacks.ts';
import { eventOf, threadOf, untimed } from './read-lines.ts';
import { headerOf, unitOf } from './read-meta.ts';
import type { ThreadCodes } from './read-columns.ts';
import { columnsFor } from './read-columns.ts';
import { HAS_CPU, HAS_PERIOD, HAS_TIME, UNSPLIT } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** What a text after the period tells, looked up once per distinct text. */
interface Tail {
  readonly event: number | undefined;
  readonly single: number | undefined;
  /** A PERF_RECORD_ line, not a sample: samples that it says were lost, if it does. */
  readonly record: { readonly lost: number | undefined } | undefined;
}

/** The profile in a scanned `perf script` text: one sample per event line. */
export const profileOf = (script: ScriptText, { addresses = false }: ReadOptions = {}): Profile => {
  const frames = buildFrames({ addresses });
  const stacks = readStacks(script, frames, buildStacks(1 << 14));
  const comms = internNames();
  const events = internNames();
  const columns = columnsFor(script.records, comms.list, events.list);
  const told = readTails(script, events, (rest) => stacks.single(rest));
  const counts: number[] = [];
  const lost = { records: 0, samples: 0 };
  let odd = 0;

  const { records, texts } = script;
  const threads = memo((text) => {
    const thread = threadOf(decoded(texts.text(text)));
    return { ...thread, comm: thread.comm === undefined ? undefined : comms.code(thread.comm) };
  });
  const wholes = readWholes(script, comms, events, (rest) => stacks.single(rest));
  const count = (event: number | undefined): void => {
    if (event !== undefined) counts[event] = (counts[event] ?? 0) + 1;
  };
  const timed = (r: number, flags: number): void => {
    const tail = told(records.tail[r] ?? 0);
    if (tail.record !== undefined) {
      if (tail.record.lost !== undefined) lost.records++;
      lost.samples += tail.record.lost ?? 0;
      return;
    }
    const stack = stacks.of(records.stack[r] ?? 0) ?? tail.single;
    count(tail.event);
    columns.add(r, threads(records.head[r] ?? 0), tail.event, stack, flags);
  };
  for (let r = 0; r < records.size; r++) {
    const flags = records.flags[r] ?? 0;
    if ((flags & UNSPLIT) === 0) {
      timed(r, flags);
      continue;
    }
    const whole = wholes(records.head[r] ?? 0);
    if (whole === null) {
      odd++;
      continue;
    }
    count(whole.event);
    const keep = flags & ~(HAS_CPU | HAS_PERIOD | HAS_TIME);
    columns.add(r, whole, whole.event, stacks.of(records.stack[r] ?? 0) ?? whole.single, keep, whole.period);
  }
  return profile(script, frames, stacks.table(), columns, { counts, events, lost, odd });
};

type Whole = ThreadCodes & Omit<Tail, 'record'> & { readonly period: number | undefined };

/** Event lines without a time, read whole; null for what is none. */
const readWholes = (
  { texts }: ScriptText,
  comms: Names,
  events: Names,
  single: (rest: string) => number | undefined,
): ((text: number) => Whole | null) =>
  memo((text) => {
    const found = untimed(decoded(texts.text(text)));
    if (found === undefined) return null;
    const comm = found.comm === undefined ? undefined : comms.code(found.comm);
    const event = found.event === undefined ? undefined : events.code(found.event);
    return { ...found, comm, event, single: single(found.rest) };
  });

const readTails = (
  { texts }: ScriptText,
  events: Names,
  single: (rest: string) => number | undefined,
): ((text: number) => Tail) =>
  memo((text) => {
    const { event, rest } = eventOf(decoded(texts.text(text)));
    // With a colon where the record tells more (`PERF_RECORD_COMM: web:7/7`), without one else.
    const other = (event ?? rest).startsWith('PERF_RECORD_');
    const said = /^PERF_RECORD_LOST(?:_SAMPLES)? lost ([0-9]{1,15})/.exec(rest)?.[1];
    return {
      event: event === undefined || other ? undefined : events.code(event),
      single: other ? undefined : single(rest),
      record: other ? { lost: said === undefined ? undefined : Number(said) } : undefined,
    };
  });

const profile = (
  script: ScriptText,
  frames: FrameBuilder,
  stacks: Profile['stacks'],
  columns: ReturnType<typeof columnsFor>,
  { counts, events, lost, odd }: { counts: number[]; events: Names; lost: Profile['lost']; odd: number },
): Profile => {
  const { about, ...header } = headerOf(Array.from(script.comments, (text) => decoded(script.texts.text(text))));
  const warnings = [
    ...(odd > 0 ? [`${odd} lines are no event lines of perf script and were left out`] : []),
    ...(script.cut > 0 ? [`${script.cut} lines were longer than 4 MB and were cut`] : []),
    ...(lost.samples > 0 ? [`perf lost ${lost.samples} samples`] : []),
  ];
  const found = events.list.map((name, i): ProfileEvent => {
    const said = about.get(name) ?? about.get(name.replace(/:[^:]*$/, '')) ?? '';
    return { name, samples: counts[i] ?? 0, unit: unitOf(name), about: said };
  });
  return {
    samples: { size: columns.size(), data: columns.data(), docs: sampleColumns },
    stacks,
    frames: frames.table(),
    lost,
    meta: {
      format: 'perf-script',
      ...header,
      events: found,
      start: columns.start(),
      maxDepth: undefined,
      // Without -g perf writes the one frame on the event's own line. Sequence 0 is the empty one.
      callers: script.stacks > 1 ? true : undefined,
    },
    warnings,
  };
};
