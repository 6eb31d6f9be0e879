import { perlNames } from '../../stacks/fold-names-perl.ts';
import type { FoldOptions } from '../../stacks/fold-options.ts';
import type { FoldPlan } from '../../stacks/fold-plan.ts';
import { labelsOf } from './fold-labels.ts';
import { foldSamples } from './fold-samples.ts';
import { memo } from './memo.ts';
import { linesOf, oddStacks } from './odd-stacks.ts';
import { perlFrame, perlWho } from './perl-lines.ts';
import { OWN, perlHeadings } from './perl-headings.ts';
import { CONTINUED, NONE, OPEN, UNSPLIT } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** Flags of records other than a complete block with an event line that the scanner split. */
const NOT_ALONE = CONTINUED | UNSPLIT | OPEN;

/** Stacks as stackcollapse-perf.pl reads them. */
export const perlPlan = (script: ScriptText, options: FoldOptions): FoldPlan => {
  const { texts, records } = script;
  const labels = labelsOf(
    { names: (frame, java) => perlNames(frame, java, options), frame: perlFrame },
    options.kernel === true || options.jit === true,
  );
  const samples = foldSamples(script);
  const javaRoots = new Set<number>();
  const headings = perlHeadings(script, options, labels, javaRoots);
  const disturbed = oddStacks(
    script,
    memo((text) => perlWho(texts.text(text)) !== undefined),
  );
  const block = perlBlock(script, headings, samples);
  for (let r = 0; r < records.size; r++) {
    const flags = records.flags[r] ?? 0;
    const stack = records.stack[r] ?? 0;
    const goesOn = ((records.flags[r + 1] ?? 0) & CONTINUED) !== 0;
    if ((flags & NOT_ALONE) !== 0 || goesOn || disturbed?.[stack] === 1) {
      block.add(r, goesOn);
      continue;
    }
    const { root, weight } = headings.ofRecord(r) ?? { root: 0, weight: undefined };
    if (root !== 0 && weight === OWN) samples.ofRecord(root, stack, r);
    else if (root !== 0) samples.of(root, stack, weight);
  }
  return samples.plan(labels, javaRoots, true);
};

/**
 * Reads the lines between two blank lines one by one: another event line changes name and weight, and the stack
 * continues.
 */
const perlBlock = (
  script: ScriptText,
  headings: ReturnType<typeof perlHeadings>,
  samples: ReturnType<typeof foldSamples>,
): { add: (r: number, goesOn: boolean) => void } => {
  const { records } = script;
  let root = 0;
  let weight: string | undefined;
  let lines: number[] = [];
  const line = (text: number): void => {
    const frame = script.frameOf[text] ?? 0;
    const heading = frame === NONE || frame === 0 ? headings.ofLine(text) : null;
    if (heading === null) {
      if (root !== 0) lines.push(text);
    } else if (heading !== undefined) ({ root, weight } = heading);
  };
  return {
    add(r, goesOn) {
      const flags = records.flags[r] ?? 0;
      const heading = (flags & UNSPLIT) === 0 ? headings.ofRecord(r) : undefined;
      if ((flags & UNSPLIT) !== 0) line(records.head[r] ?? 0);
      else if (heading !== undefined) {
        ({ root, weight } = heading);
        if (weight === OWN) weight = headings.ownPeriod(r);
      }
      for (const text of linesOf(script, records.stack[r] ?? 0)) line(text);
      if (goesOn) return;
      if (root !== 0 && (flags & OPEN) === 0) samples.of(root, script.stackOf(lines), weight);
      [root, lines] = [0, []];
    },
  };
};
