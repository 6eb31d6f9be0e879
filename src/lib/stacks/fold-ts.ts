import { internPairs } from './intern.ts';
import { LEFT_OUT, SEVERAL } from './fold-plan.ts';
import type { FoldPlan } from './fold-plan.ts';

/** Sums per distinct (first frame, stack), in order of first appearance. */
interface Sums {
  readonly size: number;
  readonly root: Uint32Array;
  readonly stack: Uint32Array;
  readonly sum: readonly (number | bigint)[];
}

const PIECE = 1 << 18;

/**
 * Folds in TypeScript: lines `a;b;c 12` sorted by bytes, in pieces of about 256 KB. Used if
 * src/wasm/fold.ts was not built or if counts are fractions; tests compare the two.
 */
export function* foldTs(plan: FoldPlan): Generator<Uint8Array> {
  const lines = new Map<string, number | bigint>();
  const sums = sumUp(plan);
  for (let i = 0; i < sums.size; i++) {
    const path = pathOf(plan, sums.root[i] ?? 0, sums.stack[i] ?? 0);
    if (path === undefined) continue;
    lines.set(path, plus(lines.get(path) ?? 0, sums.sum[i] ?? 0));
  }
  let piece = '';
  for (const path of [...lines.keys()].sort(byBytes)) {
    piece += `${path} ${lines.get(path)}\n`;
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece, 'latin1');
    piece = '';
  }
  yield Buffer.from(piece, 'latin1');
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const isWhole = (value: number | bigint): boolean => typeof value === 'bigint' || Number.isInteger(value);

/** Sums are exact beyond 2^53, which counts of cycles can reach; fractions are rounded. */
const plus = (a: number | bigint, b: number | bigint): number | bigint => {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (!Number.isInteger(sum) || Number.isSafeInteger(sum)) return sum;
  }
  return isWhole(a) && isWhole(b) ? BigInt(a) + BigInt(b) : Number(a) + Number(b);
};

const sumUp = (plan: FoldPlan): Sums => {
  const pairs = internPairs(4096);
  const sum: (number | bigint)[] = [];
  for (let i = 0; i < plan.size; i++) {
    const root = plan.roots[i] ?? LEFT_OUT;
    if (root === LEFT_OUT) continue;
    const code = pairs.code(root, plan.stackOf[i] ?? 0);
    sum[code] = plus(sum[code] ?? 0, weightOf(plan, i));
  }
  return { size: pairs.size, root: pairs.a, stack: pairs.b, sum };
};

const weightOf = ({ weights }: FoldPlan, i: number): number | bigint => {
  if ('real' in weights) return weights.real[i] ?? 0;
  const [low = 0, high = 0] = weights.pairs.subarray(i * 2, i * 2 + 2);
  return high < 0x20_00_00 ? high * 2 ** 32 + low : (BigInt(high) << 32n) | BigInt(low);
};

/** `root;outermost;...;innermost`; undefined if nothing is to be written. */
const pathOf = (plan: FoldPlan, root: number, stack: number): string | undefined => {
  const labelOf = plan.javaRoots.has(root) ? plan.java : plan.plain;
  const path = plan.bare === true ? [] : [plan.labels[root - 1] ?? ''];
  const bare = path.length;
  for (let i = (plan.bounds[stack + 1] ?? 0) - 1; i >= (plan.bounds[stack] ?? 0); i--) {
    const code = labelOf[plan.keys[i] ?? 0] ?? 0;
    if (code >= SEVERAL) {
      for (const label of plan.several[code - SEVERAL] ?? []) path.push(plan.labels[label - 1] ?? '');
    } else if (code !== 0) path.push(plan.labels[code - 1] ?? '');
  }
  return path.length === bare && !plan.keepBare ? undefined : path.join(';');
};
