import { infernoNames } from '../../stacks/fold-names-inferno.ts';
import type { FoldOptions } from '../../stacks/fold-options.ts';
import type { FoldPlan } from '../../stacks/fold-plan.ts';
import { decoded } from './decoded.ts';
import { labelsOf } from './fold-labels.ts';
import { foldSamples } from './fold-samples.ts';
import { encoded, infernoHeadings, OWN } from './inferno-headings.ts';
import type { InfernoHeadings, Said } from './inferno-headings.ts';
import { infernoFrame } from './inferno-lines.ts';
import { linesOf, oddStacks } from './odd-stacks.ts';
import { CONTINUED, UNSPLIT } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** Stacks as inferno-collapse-perf reads them. */
export const infernoPlan = (script: ScriptText, options: FoldOptions): FoldPlan => {
  const labels = labelsOf(
    {
      names: ({ pc, name, dso }, java) =>
        infernoNames({ pc, name: decoded(name), dso: decoded(dso) }, java, options).map(encoded),
      frame: (line) => infernoFrame(decoded(line)),
    },
    options.kernel === true || options.jit === true,
  );
  const samples = foldSamples(script);
  const javaRoots = new Set<number>();
  const headings = infernoHeadings(script, options, labels, javaRoots);
  const disturbed = oddStacks(script, (text) => headings.isBlank(text));
  const state: State = {
    filter: options.eventFilter,
    inEvent: false,
    skip: false,
    root: 0,
    weight: undefined,
    record: 0,
    stack: 0,
    lines: [],
  };
  const { records } = script;
  for (let r = 0; r < records.size; r++) {
    const flags = records.flags[r] ?? 0;
    if ((flags & CONTINUED) === 0) flush(script, samples, state);
    if ((flags & UNSPLIT) !== 0) line(script, headings, samples, state, records.head[r] ?? 0);
    // An event line below another event line is a line of its stack, unless it names no frame.
    else if (!state.inEvent) head(script, samples, state, headings.ofRecord(r), headings.rootOf(r), r);
    const under = records.stack[r] ?? 0;
    if (under === 0) continue;
    const plain = state.inEvent && state.lines.length === 0 && state.stack === 0 && disturbed?.[under] !== 1;
    if (plain) state.stack = state.skip ? 0 : under;
    else lineByLine(script, headings, samples, state, under);
  }
  flush(script, samples, state);
  return samples.plan(labels, javaRoots, false);
};

type Samples = ReturnType<typeof foldSamples>;

/**
 * State of inferno's collapser between two lines. A stack is either a complete one of the script or collected line by
 * line.
 */
interface State {
  filter: string | undefined;
  inEvent: boolean;
  skip: boolean;
  root: number;
  weight: string | undefined;
  /** The record whose period the weight OWN stands for. */
  record: number;
  stack: number;
  lines: number[];
}

const flush = (script: ScriptText, samples: Samples, state: State): void => {
  const stack = state.lines.length > 0 ? script.stackOf(state.lines) : state.stack;
  if (stack !== 0 && state.weight === OWN) samples.ofRecord(state.root, stack, state.record);
  else if (stack !== 0) samples.of(state.root, stack, state.weight);
  state.inEvent = state.skip = false;
  state.stack = 0;
  if (state.lines.length > 0) state.lines = [];
  state.weight = undefined;
};

const head = (script: ScriptText, samples: Samples, state: State, found: Said, root: number, record: number): void => {
  state.inEvent = true;
  if (found.event !== undefined) {
    state.weight = found.weight;
    state.record = record;
    state.filter ??= found.event;
    state.skip = found.event !== state.filter;
    if (state.skip) return;
  }
  state.root = root;
  if (found.single === undefined) return;
  state.inEvent = false;
  state.stack = found.single;
  if (state.stack !== 0) flush(script, samples, state);
};

const line = (script: ScriptText, headings: InfernoHeadings, samples: Samples, state: State, text: number): void => {
  if (headings.isBlank(text)) flush(script, samples, state);
  else if (!state.inEvent) {
    const found = headings.ofLine(text);
    if (found !== null) head(script, samples, state, found, found.root, 0);
  } else if (!state.skip) state.lines.push(text);
};

const lineByLine = (
  script: ScriptText,
  headings: InfernoHeadings,
  samples: Samples,
  state: State,
  under: number,
): void => {
  if (state.stack !== 0) state.lines = linesOf(script, state.stack);
  state.stack = 0;
  for (const text of linesOf(script, under)) line(script, headings, samples, state, text);
};
