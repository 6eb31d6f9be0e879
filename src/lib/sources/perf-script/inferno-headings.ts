import type { FoldOptions } from '../../stacks/fold-options.ts';
import { decoded } from './decoded.ts';
import type { Labels } from './fold-labels.ts';
import { infernoEvent, infernoWho, trimEnd } from './inferno-lines.ts';
import { memo } from './memo.ts';
import type { Who } from './perl-lines.ts';
import { HAS_PERIOD } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** In place of a weight: use the record's period. */
export const OWN = 'own';

/** A text as a string with one character per byte. */
export const encoded = (text: string): string =>
  /[^\x00-\x7f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;

/** The contents of an event line after its time. */
export interface Said {
  readonly event: string | undefined;
  readonly weight: string | undefined;
  /** A stack on the event line itself; 0 if it names no frame. */
  readonly single: number | undefined;
}

/** An event line as inferno reads it; `root` is the label of the first frame. */
export interface InfernoHeading extends Said {
  readonly root: number;
}

/** Event lines as inferno-collapse-perf reads them. */
export interface InfernoHeadings {
  ofRecord(r: number): Said;
  rootOf(r: number): number;
  /** The contents of a whole line; null if it is not an event line. */
  ofLine(text: number): InfernoHeading | null;
  isBlank(text: number): boolean;
}

const rootOf = ({ comm, pid, tid }: Who, options: FoldOptions): string => {
  const name = comm.replaceAll(' ', '_');
  if (options.tid === true) return encoded(`${name}-${pid}/${tid}`);
  return encoded(options.pid === true ? `${name}-${pid}` : name);
};

export const infernoHeadings = (
  script: ScriptText,
  options: FoldOptions,
  labels: Labels,
  javaRoots: Set<number>,
): InfernoHeadings => {
  const { texts, records } = script;
  const line = (text: number): string => trimEnd(decoded(texts.text(text)));
  const labelOf = (who: Who | undefined): number => {
    if (who === undefined) return 0;
    const name = rootOf(who, options);
    const label = labels.label(name);
    if (name.startsWith('java')) javaRoots.add(label);
    return label;
  };
  const single = (stackLine: string | undefined): number | undefined => {
    if (stackLine === undefined) return undefined;
    const text = texts.add(encoded(` ${stackLine}`));
    script.asFrame(text);
    return labels.says(script, text) ? script.stackOf([text]) : 0;
  };
  const said = (rest: string | undefined): Said => {
    const found = infernoEvent(rest);
    return { event: found.event, weight: found.period, single: single(found.single) };
  };
  const roots = memo((text) => labelOf(infernoWho(decoded(texts.text(text)))));
  const tails = memo((text) => said(line(text)));
  const owned = memo((text) => {
    const found = said(trimEnd(`1${decoded(texts.text(text))}`));
    return { ...found, weight: found.weight === '1' ? OWN : found.weight };
  });
  const wholes = memo((text): InfernoHeading | null => {
    const whole = line(text);
    const who = infernoWho(whole);
    if (who === undefined) return null;
    const colon = whole.indexOf(':', who.end);
    return { root: labelOf(who), ...said(colon < 0 ? undefined : whole.slice(colon + 1)) };
  });
  return {
    ofRecord(r) {
      const tail = records.tail[r] ?? 0;
      return ((records.flags[r] ?? 0) & HAS_PERIOD) !== 0 ? owned(tail) : tails(tail);
    },
    rootOf: (r) => roots(records.head[r] ?? 0),
    ofLine: wholes,
    isBlank: memo((text) => line(text) === ''),
  };
};
