import type { NameCodes } from '../../stacks/intern.ts';
import { decoded } from './decoded.ts';
import { memo } from './memo.ts';
import type { DetailCodes } from './read-columns.ts';
import { isModifier } from './read-head.ts';
import { eventOf } from './read-lines.ts';
import type { ReadStacks } from './read-stacks.ts';
import { tailOf } from './read-tail.ts';
import type { TailText } from './read-tail.ts';
import type { ScriptText } from './script-text.ts';

/** The facts in the text after an event's period, parsed once per distinct text. */
export interface Tail {
  readonly event: number | undefined;
  /** The stack of the single frame on the line. */
  readonly single: number | undefined;
  readonly details: DetailCodes | undefined;
  /** The line is a PERF_RECORD_ line rather than a sample: the number of lost samples, if it gives one. */
  readonly record: { readonly lost: number | undefined } | undefined;
}

type DetailNames = Readonly<Record<keyof DetailCodes, NameCodes>> | undefined;

const isTracepoint = (event: string | undefined): boolean =>
  /^[\w-]+:[\w-]{2,}$/.test(event ?? '') && !isModifier(event);

/** Tails of records. */
export const tailReader = (
  { texts }: ScriptText,
  events: NameCodes,
  stacks: ReadStacks,
  details: DetailNames,
): ((text: number) => Tail) =>
  memo((text) => {
    const { event, rest } = eventOf(decoded(texts.text(text)));
    // With a colon if the record prints more (`PERF_RECORD_COMM: web:7/7`), else without one.
    if ((event ?? rest).startsWith('PERF_RECORD_')) {
      const said = /^PERF_RECORD_LOST(?:_SAMPLES)? lost ([0-9]{1,15})/.exec(rest)?.[1];
      const lost = said === undefined ? undefined : Number(said);
      return { event: undefined, single: undefined, details: undefined, record: { lost } };
    }
    return {
      event: event === undefined ? undefined : events.code(event),
      ...tailParts(event, rest, stacks, details),
      record: undefined,
    };
  });

/** The frame and the details in the text after an event's name. */
export const tailParts = (
  event: string | undefined,
  rest: string,
  stacks: ReadStacks,
  details: DetailNames,
): Pick<Tail, 'single' | 'details'> => {
  const tail = tailOf(rest, isTracepoint(event));
  return {
    single: tail.frame === undefined ? undefined : stacks.single(tail.frame),
    details: details === undefined ? undefined : codesOf(tail, details),
  };
};

const codesOf = ({ flags, target, detail }: TailText, names: NonNullable<DetailNames>): DetailCodes => ({
  flags: flags === undefined ? undefined : names.flags.code(flags),
  target: target === undefined || target.name === '[unknown]' ? undefined : names.target.code(target.name),
  targetAddress: target === undefined ? undefined : names.targetAddress.code(`0x${target.pc}`),
  detail: detail === undefined ? undefined : names.detail.code(detail),
});
