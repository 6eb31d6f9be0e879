import { perlNames } from '../../stacks/fold-names-perl.ts';
import type { FoldOptions } from '../../stacks/fold-options.ts';
import type { FoldPlan } from '../../stacks/fold-plan.ts';
import { labelsOf } from './fold-labels.ts';
import { foldSamples } from './fold-samples.ts';
import { isTrue, perlEvent, perlFrame, perlWho } from './perl-lines.ts';
import type { Who } from './perl-lines.ts';
import { CONTINUED, HAS_PERIOD, NONE, OPEN, UNSPLIT } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** What an event line tells: undefined is what the line does not say, 'own' the period that the record holds. */
interface Heading {
  readonly root: string;
  readonly event: string | undefined;
  readonly period: string | undefined;
}

const rootOf = ({ comm, pid, tid }: Who, options: FoldOptions): string => {
  if (options.tid === true) return `${comm}-${pid}/${tid}`.replaceAll(' ', '_');
  return (options.pid === true ? `${comm}-${pid}` : comm).replaceAll(' ', '_');
};

const headingOf = (line: string, options: FoldOptions): Heading | undefined => {
  const found = perlWho(line);
  if (found === undefined) return undefined;
  const event = perlEvent(line);
  const period = event === undefined ? undefined : line.slice(event.from, event.to);
  return { root: rootOf(found, options), event: event?.event, period: isTrue(period) ? period : undefined };
};

/** Stacks as stackcollapse-perf.pl understands them. */
export const perlPlan = (script: ScriptText, options: FoldOptions): FoldPlan => {
  const { texts, records } = script;
  const labels = labelsOf(
    { names: (frame, java) => perlNames(frame, java, options), frame: perlFrame },
    options.kernel === true || options.jit === true,
  );
  const samples = foldSamples(script);
  const javaRoots = new Set<number>();
  const memo = <T>(make: (text: number) => T): ((text: number) => T) => {
    const known: T[] = [];
    return (text) => (known[text] ??= make(text));
  };
  const rootLabel = (name: string): number => {
    const label = labels.label(name);
    if (name.startsWith('java')) javaRoots.add(label);
    return isTrue(name) ? label : 0;
  };
  const heads = memo((text) => {
    const found = perlWho(texts.text(text));
    return found === undefined ? 0 : rootLabel(rootOf(found, options));
  });
  const tails = memo((text) => perlEvent(`:${texts.text(text)}`) ?? null);
  const owned = memo((text) => perlEvent(`:1${texts.text(text)}`) ?? null);
  const wholes = memo((text) => headingOf(texts.text(text), options) ?? null);
  const disturbs = memo((text) => perlWho(texts.text(text)) !== undefined);

  let filter = options.eventFilter ?? '';
  const wanted = (event: string | undefined): boolean => {
    if (event === undefined) return true;
    if (filter === '') filter = event;
    return event === filter;
  };
  const disturbed = oddStacks(script, disturbs);

  // State between blank lines: a first frame (0: none), the weight, the stack lines.
  let root = 0;
  let weight: string | undefined;
  let lines: number[] = [];
  const line = (text: number): void => {
    const heading = (script.frameOf[text] ?? NONE) === NONE || script.frameOf[text] === 0 ? wholes(text) : null;
    if (heading === null) {
      if (root !== 0) lines.push(text);
    } else if (wanted(heading.event)) {
      root = rootLabel(heading.root);
      weight = heading.period;
    }
  };
  const head = (r: number): void => {
    const tail = records.tail[r] ?? 0;
    const event = ((records.flags[r] ?? 0) & HAS_PERIOD) !== 0 ? owned(tail) : tails(tail);
    if (!wanted(event?.event)) return;
    root = heads(records.head[r] ?? 0);
    weight = periodOf(script, r, event);
  };
  const flush = (): void => {
    if (root !== 0) samples.of(root, script.stackOf(lines), weight);
    root = 0;
    lines = [];
  };
  for (let r = 0; r < records.size; r++) {
    const flags = records.flags[r] ?? 0;
    const alone =
      ((flags | ((records.flags[r + 1] ?? 0) << 8)) & (CONTINUED | UNSPLIT | OPEN | (CONTINUED << 8))) === 0;
    const stack = records.stack[r] ?? 0;
    if (alone && disturbed?.[stack] !== 1) {
      head(r);
      if (root !== 0 && weight === OWN) samples.ofRecord(root, stack, r);
      else if (root !== 0) samples.of(root, stack, weight);
      root = 0;
      continue;
    }
    if ((flags & UNSPLIT) !== 0) line(records.head[r] ?? 0);
    else head(r);
    if (weight === OWN) weight = ownPeriod(script, r);
    for (let i = script.bounds[stack] ?? 0; i < (script.bounds[stack + 1] ?? 0); i++) line(script.lines[i] ?? 0);
    if ((flags & OPEN) !== 0) root = 0;
    if (((records.flags[r + 1] ?? 0) & CONTINUED) === 0) flush();
  }
  return samples.plan(labels, javaRoots, true);
};

/** The record's own period. */
const OWN = 'own';

const periodOf = (script: ScriptText, r: number, event: ReturnType<typeof perlEvent> | null): string | undefined => {
  if (event === null || event === undefined || event.from === event.to) return undefined;
  const { flags, period, tail } = script.records;
  const hasOwn = ((flags[r] ?? 0) & HAS_PERIOD) !== 0;
  if (hasOwn && event.from === 1) return (period[r * 2] ?? 0) === 0 && (period[r * 2 + 1] ?? 0) === 0 ? undefined : OWN;
  const said = script.texts.text(tail[r] ?? 0).slice(event.from - (hasOwn ? 2 : 1), event.to - (hasOwn ? 2 : 1));
  return isTrue(said) ? said : undefined;
};

const ownPeriod = ({ records: { period } }: ScriptText, r: number): string =>
  String((BigInt(period[r * 2 + 1] ?? 0) << 32n) | BigInt(period[r * 2] ?? 0));

/** Marks the stacks with a line that is not just a frame; undefined where there is none. */
export const oddStacks = (script: ScriptText, odd: (text: number) => boolean): Uint8Array | undefined => {
  const { frameOf, stacks, bounds, lines } = script;
  const texts = new Set<number>();
  for (let text = 0; text < frameOf.length; text++) if (frameOf[text] === NONE && odd(text)) texts.add(text);
  if (texts.size === 0) return undefined;
  const marks = new Uint8Array(stacks);
  for (let stack = 0; stack < stacks; stack++)
    for (let i = bounds[stack] ?? 0; i < (bounds[stack + 1] ?? 0); i++) if (texts.has(lines[i] ?? 0)) marks[stack] = 1;
  return marks;
};
