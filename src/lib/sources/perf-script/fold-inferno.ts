import { infernoNames } from '../../stacks/fold-names-inferno.ts';
import type { FoldOptions, NamedFrame } from '../../stacks/fold-options.ts';
import type { FoldPlan } from '../../stacks/fold-plan.ts';
import { decoded } from './decoded.ts';
import { labelsOf } from './fold-labels.ts';
import { oddStacks } from './fold-perl.ts';
import { foldSamples } from './fold-samples.ts';
import { infernoEvent, infernoFrame, infernoWho, trimEnd } from './inferno-lines.ts';
import type { Who } from './perl-lines.ts';
import { CONTINUED, HAS_PERIOD, UNSPLIT } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

const encode = (text: string): string =>
  /[^\x00-\x7f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;

const rootOf = ({ comm, pid, tid }: Who, options: FoldOptions): string => {
  const name = comm.replaceAll(' ', '_');
  if (options.tid === true) return encode(`${name}-${pid}/${tid}`);
  return encode(options.pid === true ? `${name}-${pid}` : name);
};

/** An event line, understood. `single`: a stack on the line itself, as a stack number; 0 if it names nothing. */
interface Heading {
  readonly root: number;
  readonly event: string | undefined;
  /** 'own': the number before the event, which the record holds. */
  readonly period: string | undefined;
  readonly single: number | undefined;
}

/** Stacks as inferno-collapse-perf understands them. */
export const infernoPlan = (script: ScriptText, options: FoldOptions): FoldPlan => {
  const { texts, records } = script;
  const names = (frame: NamedFrame, java: boolean): readonly string[] => {
    const utf8 = { pc: frame.pc, name: decoded(frame.name), dso: decoded(frame.dso) };
    return infernoNames(utf8, java, options).map(encode);
  };
  const labels = labelsOf(
    { names, frame: (line) => infernoFrame(decoded(line)) },
    options.kernel === true || options.jit === true,
  );
  const samples = foldSamples(script);
  const javaRoots = new Set<number>();
  const memo = <T>(make: (text: number) => T): ((text: number) => T) => {
    const known: T[] = [];
    return (text) => (known[text] ??= make(text));
  };
  const rootLabel = (who: Who): number => {
    const name = rootOf(who, options);
    const label = labels.label(name);
    if (name.startsWith('java')) javaRoots.add(label);
    return label;
  };
  const single = (line: string | undefined): number | undefined => {
    if (line === undefined) return undefined;
    const text = texts.add(encode(` ${line}`));
    script.asFrame(text);
    return labels.says(script, text) ? script.stackOf([text]) : 0;
  };
  const eventOf = (rest: string | undefined): Omit<Heading, 'root'> => {
    const found = infernoEvent(rest);
    return { event: found.event, period: found.period, single: single(found.single) };
  };
  const roots = memo((text) => {
    const who = infernoWho(decoded(texts.text(text)));
    return who === undefined ? 0 : rootLabel(who);
  });
  const tails = memo((text) => eventOf(trimEnd(decoded(texts.text(text)))));
  const owned = memo((text) => {
    const found = eventOf(trimEnd(`1${decoded(texts.text(text))}`));
    return { ...found, period: found.period === '1' ? OWN : found.period };
  });
  const wholes = memo((text): Heading | null => {
    const line = trimEnd(decoded(texts.text(text)));
    const who = infernoWho(line);
    if (who === undefined) return null;
    const colon = line.indexOf(':', who.end);
    return { root: rootLabel(who), ...eventOf(colon < 0 ? undefined : line.slice(colon + 1)) };
  });
  const isBlank = memo((text) => trimEnd(decoded(texts.text(text))) === '');
  const disturbed = oddStacks(script, isBlank);

  let filter = options.eventFilter;
  let inEvent = false;
  let skip = false;
  let root = 0;
  let weight: string | undefined;
  let record = 0;
  let stack = 0;
  let lines: number[] = [];

  const flush = (): void => {
    const frames = lines.length > 0 ? script.stackOf(lines) : stack;
    if (frames !== 0 && weight === OWN) samples.ofRecord(root, frames, record);
    else if (frames !== 0) samples.of(root, frames, weight);
    inEvent = skip = false;
    stack = 0;
    lines = [];
    weight = undefined;
  };
  const head = (found: Omit<Heading, 'root'> | null, first: number, r: number): void => {
    if (found === null) return;
    inEvent = true;
    if (found.event !== undefined) {
      weight = found.period;
      record = r;
      filter ??= found.event;
      skip = found.event !== filter;
      if (skip) return;
    }
    root = first;
    if (found.single === undefined) return;
    inEvent = false;
    stack = found.single;
    if (stack !== 0) flush();
  };
  const line = (text: number): void => {
    if (isBlank(text)) flush();
    else if (inEvent) {
      if (!skip) lines.push(text);
    } else {
      const found = wholes(text);
      head(found, found?.root ?? 0, 0);
    }
  };
  for (let r = 0; r < records.size; r++) {
    const flags = records.flags[r] ?? 0;
    if ((flags & CONTINUED) === 0) flush();
    const text = records.head[r] ?? 0;
    if ((flags & UNSPLIT) !== 0) line(text);
    else if (!inEvent) {
      const tail = records.tail[r] ?? 0;
      head((flags & HAS_PERIOD) !== 0 ? owned(tail) : tails(tail), roots(text), r);
    }
    const under = records.stack[r] ?? 0;
    if (under === 0) continue;
    if (inEvent && lines.length === 0 && stack === 0 && disturbed?.[under] !== 1) stack = skip ? 0 : under;
    else {
      if (stack !== 0) lines = linesOf(script, stack);
      stack = 0;
      for (const each of linesOf(script, under)) line(each);
    }
  }
  flush();
  return samples.plan(labels, javaRoots, false);
};

const linesOf = ({ bounds, lines }: ScriptText, stack: number): number[] =>
  Array.from(lines.subarray(bounds[stack] ?? 0, bounds[stack + 1] ?? 0));

/** The record's own period. */
const OWN = 'own';
