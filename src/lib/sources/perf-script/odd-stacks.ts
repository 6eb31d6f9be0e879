import { NONE } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** Marks stacks with a line that is `odd`; undefined if there are none. Plain stack lines are never odd. */
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

/** The lines of a stack, innermost first. */
export const linesOf = ({ bounds, lines }: ScriptText, stack: number): number[] =>
  Array.from(lines.subarray(bounds[stack] ?? 0, bounds[stack + 1] ?? 0));
