import { LEFT_OUT } from '../../stacks/fold-plan.ts';
import type { FoldPlan } from '../../stacks/fold-plan.ts';
import type { Labels } from './fold-labels.ts';
import type { ScriptText } from './script-text.ts';

/** Collects the samples of a fold. */
export interface FoldSamples {
  /** Adds a sample whose weight is the period of a record. */
  ofRecord(root: number, stack: number, record: number): void;
  /** Adds a sample; `weight` is decimal digits. */
  of(root: number, stack: number, weight: string | undefined): void;
  plan(labels: Labels, javaRoots: ReadonlySet<number>, keepBare: boolean): FoldPlan;
}

const LIMIT = 1n << 64n;

export const foldSamples = (script: ScriptText): FoldSamples => {
  const { period } = script.records;
  let roots = new Uint32Array(script.records.size + 16).fill(LEFT_OUT);
  let stacks = new Uint32Array(roots.length);
  let pairs = new Uint32Array(roots.length * 2);
  let size = 0;
  const add = (root: number, stack: number, low: number, high: number): void => {
    if (size === roots.length) [roots, stacks, pairs] = [doubled(roots), doubled(stacks), doubled(pairs)];
    roots[size] = root;
    stacks[size] = stack;
    pairs[size * 2] = low;
    pairs[size * 2 + 1] = high;
    size++;
  };
  return {
    ofRecord(root, stack, record) {
      add(root, stack, period[record * 2] ?? 0, period[record * 2 + 1] ?? 0);
    },
    of(root, stack, weight) {
      const count = weight === undefined ? 1n : BigInt(weight);
      const whole = count < LIMIT ? count : LIMIT - 1n;
      add(root, stack, Number(whole & 0xff_ff_ff_ffn), Number(whole >> 32n));
    },
    plan(labels, javaRoots, keepBare) {
      const plain = labels.ofTexts(script, false);
      const java = javaRoots.size === 0 ? plain : labels.ofTexts(script, true);
      return {
        labels: labels.list,
        several: labels.several,
        stacks: script.stacks,
        bounds: script.bounds,
        keys: script.lines,
        plain,
        java,
        size,
        roots,
        stackOf: stacks,
        weights: { pairs },
        javaRoots,
        keepBare,
      };
    },
  };
};

const doubled = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
};
