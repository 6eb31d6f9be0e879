import type { FoldOptions } from '../../stacks/fold-options.ts';
import type { Labels } from './fold-labels.ts';
import { memo } from './memo.ts';
import { isTrue, perlEvent, perlWho } from './perl-lines.ts';
import type { Who } from './perl-lines.ts';
import { HAS_PERIOD } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** In place of a weight: use the record's period. */
export const OWN = 'own';

/** An event line: the label of the first frame (0: a string that is false in Perl) and the weight (undefined: 1). */
export interface PerlHeading {
  readonly root: number;
  readonly weight: string | undefined;
}

/**
 * Event lines as stackcollapse-perf.pl reads them. It keeps only the first event; undefined marks lines of other
 * events.
 */
export interface PerlHeadings {
  ofRecord(r: number): PerlHeading | undefined;
  /** The contents of a whole line; null if it is not an event line. */
  ofLine(text: number): PerlHeading | undefined | null;
  /** The period of a record, in digits. */
  ownPeriod(r: number): string;
}

const rootOf = ({ comm, pid, tid }: Who, options: FoldOptions): string => {
  if (options.tid === true) return `${comm}-${pid}/${tid}`.replaceAll(' ', '_');
  return (options.pid === true ? `${comm}-${pid}` : comm).replaceAll(' ', '_');
};

export const perlHeadings = (
  script: ScriptText,
  options: FoldOptions,
  labels: Labels,
  javaRoots: Set<number>,
): PerlHeadings => {
  const { texts, records } = script;
  let filter = options.eventFilter ?? '';
  const isWanted = (event: string | undefined): boolean => {
    if (event === undefined) return true;
    if (filter === '') filter = event;
    return event === filter;
  };
  const labelOf = (who: Who): number => {
    const name = rootOf(who, options);
    const label = labels.label(name);
    if (name.startsWith('java')) javaRoots.add(label);
    return isTrue(name) ? label : 0;
  };
  const heads = memo((text) => {
    const who = perlWho(texts.text(text));
    return who === undefined ? 0 : labelOf(who);
  });
  const tails = memo((text) => tailOf(texts.text(text), ':'));
  const owned = memo((text) => tailOf(texts.text(text), ':1'));
  const wholes = memo((text) => {
    const line = texts.text(text);
    const who = perlWho(line);
    if (who === undefined) return null;
    const event = perlEvent(line);
    return { root: labelOf(who), event: event?.event, weight: event && trueText(line.slice(event.from, event.to)) };
  });
  const period = (r: number): bigint =>
    (BigInt(records.period[r * 2 + 1] ?? 0) << 32n) | BigInt(records.period[r * 2] ?? 0);
  return {
    ofRecord(r) {
      const tail = records.tail[r] ?? 0;
      const own = ((records.flags[r] ?? 0) & HAS_PERIOD) !== 0;
      const { event, weight } = own ? owned(tail) : tails(tail);
      if (!isWanted(event)) return undefined;
      const none = own && weight === OWN && period(r) === 0n;
      return { root: heads(records.head[r] ?? 0), weight: none ? undefined : weight };
    },
    ofLine(text) {
      const found = wholes(text);
      return found === null || isWanted(found.event) ? found : undefined;
    },
    ownPeriod: (r) => String(period(r)),
  };
};

const trueText = (text: string): string | undefined => (isTrue(text) ? text : undefined);

/**
 * Parses what follows the colon of the time; `before` stands for the text before it, with the period if the record has
 * one.
 */
const tailOf = (tail: string, before: ':' | ':1'): { event: string | undefined; weight: string | undefined } => {
  const line = `${before}${tail}`;
  const found = perlEvent(line);
  if (found === undefined) return { event: undefined, weight: undefined };
  const isOwn = before === ':1' && found.from === 1;
  return { event: found.event, weight: isOwn ? OWN : trueText(line.slice(found.from, found.to)) };
};
