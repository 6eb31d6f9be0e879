import { internNames } from '../../stacks/intern.ts';
import type { NameCodes } from '../../stacks/intern.ts';
import { decoded } from './decoded.ts';
import { memo } from './memo.ts';
import type { WholeBlocks, WholeEvent } from './read-blocks.ts';
import type { Moment, ScriptColumns, ThreadCodes } from './read-columns.ts';
import type { DecodeError } from './read-errors.ts';
import { threadOf } from './read-lines.ts';
import type { Thread } from './read-lines.ts';
import type { OddLines } from './read-odd.ts';
import type { ReadStacks } from './read-stacks.ts';
import { tailParts, tailReader } from './read-tails.ts';
import { HAS_CPU, HAS_PERIOD, UNSPLIT } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** Shared state of the readers of a text. */
export interface Reading {
  readonly script: ScriptText;
  readonly blocks: WholeBlocks;
  readonly stacks: ReadStacks;
  readonly columns: ScriptColumns;
  readonly odd: OddLines;
  readonly comms: NameCodes;
  readonly events: NameCodes;
  /** Samples by event. */
  readonly counts: number[];
  readonly lost: { records: number; samples: number };
}

/** Adds every event of a text to the columns, in the order of the file. */
export const readRecords = (reading: Reading): void => {
  const { script, odd, columns } = reading;
  const { records } = script;
  const timed = timedReader(reading);
  const whole = wholeReader(reading);
  const error = errorReader(reading);
  for (let r = 0; r < records.size; r++) {
    if (((records.flags[r] ?? 0) & UNSPLIT) === 0) timed(r);
    else for (const event of reading.blocks.ofRecord.get(r) ?? []) whole(event);
    if (columns.details !== undefined) for (const each of odd.errors.get(r) ?? []) error(each);
  }
};

/** The time of a record on perf's clock. */
export const momentOf = ({ records }: ScriptText, r: number): Moment => ({
  seconds: records.seconds[r] ?? 0,
  nanos: records.nanos[r] ?? 0,
});

const periodOf = ({ records }: ScriptText, r: number): number =>
  (records.period[r * 2] ?? 0) + (records.period[r * 2 + 1] ?? 0) * 2 ** 32;

const counted = ({ counts }: Reading, event: number | undefined): void => {
  if (event !== undefined) counts[event] = (counts[event] ?? 0) + 1;
};

const withCode = (thread: Thread, comms: NameCodes): ThreadCodes => ({
  pid: thread.pid,
  tid: thread.tid,
  cpu: thread.cpu,
  comm: thread.comm === undefined ? undefined : comms.code(thread.comm),
});

/** Adds records that the scanner split. */
const timedReader = (reading: Reading): ((r: number) => void) => {
  const { script, stacks, columns, lost } = reading;
  const { records, texts } = script;
  const threads = memo((text) => withCode(threadOf(decoded(texts.text(text))), reading.comms));
  const tails = tailReader(script, reading.events, stacks, columns.details);
  return (r) => {
    const { event, single, details, record } = tails(records.tail[r] ?? 0);
    if (record !== undefined) {
      if (record.lost !== undefined) lost.records++;
      lost.samples += record.lost ?? 0;
      return;
    }
    const flags = records.flags[r] ?? 0;
    const { comm, pid, tid, cpu } = threads(records.head[r] ?? 0);
    counted(reading, event);
    const row = {
      comm,
      pid,
      tid,
      event,
      cpu: (flags & HAS_CPU) !== 0 ? records.cpu[r] : cpu,
      at: momentOf(script, r),
      period: (flags & HAS_PERIOD) !== 0 ? periodOf(script, r) : 1,
      stack: stacks.of(records.stack[r] ?? 0) ?? single,
    };
    columns.add(row, details);
  };
};

const NOBODY: ThreadCodes = { comm: undefined, pid: undefined, tid: undefined, cpu: undefined };

/** Adds events whose line is read whole. */
const wholeReader = (reading: Reading): ((event: WholeEvent) => void) => {
  const { stacks, columns, comms, events } = reading;
  const known = new Map<number, ReturnType<typeof readHead>>();
  const readHead = ({ head }: WholeEvent) => {
    const { event, rest = '' } = head ?? {};
    return {
      thread: head === undefined ? NOBODY : withCode(head, comms),
      event: event === undefined ? undefined : events.code(event),
      ...tailParts(event, rest, stacks, columns.details),
    };
  };
  return (whole) => {
    const { head, stack, text } = whole;
    let found = known.get(text);
    if (found === undefined || head === undefined) known.set(text, (found = readHead(whole)));
    counted(reading, found.event);
    columns.add(
      {
        ...found.thread,
        event: found.event,
        at: head?.seconds === undefined ? undefined : { seconds: head.seconds, nanos: head.nanos },
        period: head?.period ?? 1,
        stack: stacks.of(stack) ?? found.single,
      },
      found.details,
    );
  };
};

/** Adds decode errors as rows of their own. */
const errorReader = ({ columns, events, counts }: Reading): ((error: DecodeError) => void) => {
  const detail = columns.details?.detail ?? internNames();
  return ({ message, seconds, nanos, cpu, pid, tid }) => {
    const event = events.code('instruction trace error');
    counts[event] = (counts[event] ?? 0) + 1;
    const at = seconds === undefined ? undefined : { seconds, nanos };
    columns.add(
      { comm: undefined, pid, tid, cpu, event, at, period: 1, stack: undefined },
      { flags: undefined, target: undefined, targetAddress: undefined, detail: detail.code(message) },
    );
  };
};
