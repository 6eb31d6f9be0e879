import { foldTs } from './fold-ts.ts';
import type { FoldPlan } from './fold-plan.ts';
import { u32, hasWasm, startWasm } from '../bytes/wasm.ts';
import type { Wasm } from '../bytes/wasm.ts';

/** Approximate size of a piece of output, in bytes. */
const PIECE = 1 << 20;

/** Folded lines `a;b;c 12`, sorted by bytes, in pieces; a piece is valid until the next one is requested. */
export const foldPlan = (plan: FoldPlan, wasm: boolean = hasWasm()): Iterable<Uint8Array> =>
  wasm && plan.bare !== true && 'pairs' in plan.weights && !plan.labels.some((label) => label.includes(';'))
    ? foldWasm(plan, plan.weights.pairs)
    : foldTs(plan);

function* foldWasm(plan: FoldPlan, pairs: Uint32Array): Generator<Uint8Array> {
  const wasm = startWasm();
  const labels = labelBytes(plan.labels);
  const several = bounded(plan.several);
  wasm.startFold(
    plan.labels.length,
    put(wasm, labels.bounds),
    put(wasm, labels.bytes),
    put(wasm, ranksOf(plan.labels)),
    put(wasm, several.bounds),
    put(wasm, several.items),
  );
  const isJava = new Uint8Array(plan.labels.length + 1);
  for (const root of plan.javaRoots) isJava[root] = 1;
  const items = plan.bounds[plan.stacks] ?? 0;
  wasm.fold(
    plan.size,
    put(wasm, plan.roots.subarray(0, plan.size)),
    put(wasm, plan.stackOf.subarray(0, plan.size)),
    put(wasm, pairs.subarray(0, plan.size * 2)),
    put(wasm, plan.bounds.subarray(0, plan.stacks + 1)),
    put(wasm, plan.keys.subarray(0, items)),
    put(wasm, plan.plain),
    put(wasm, plan.java),
    put(wasm, isJava),
    Number(plan.keepBare),
  );
  wasm.order();
  for (let bytes = wasm.emit(PIECE); bytes > 0; bytes = wasm.emit(PIECE))
    yield new Uint8Array(wasm.memory.buffer, u32(wasm.out), bytes);
}

/** Copies an array into the memory of WASM and returns its address. */
const put = (wasm: Wasm, array: Uint32Array | Uint8Array): number => {
  const to = wasm.foldSpace(array.byteLength) >>> 0;
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  new Uint8Array(wasm.memory.buffer).set(bytes, to);
  return to;
};

const labelBytes = (labels: readonly string[]): { readonly bounds: Uint32Array; readonly bytes: Uint8Array } => {
  const bounds = new Uint32Array(labels.length + 1);
  for (const [i, label] of labels.entries()) bounds[i + 1] = (bounds[i] ?? 0) + label.length;
  const bytes = Buffer.alloc(bounds.at(-1) ?? 0);
  for (const [i, label] of labels.entries()) bytes.write(label, bounds[i] ?? 0, 'latin1');
  return { bounds, bytes };
};

const bounded = (
  lists: readonly (readonly number[])[],
): { readonly bounds: Uint32Array; readonly items: Uint32Array } => {
  const bounds = new Uint32Array(lists.length + 1);
  for (const [i, list] of lists.entries()) bounds[i + 1] = (bounds[i] ?? 0) + list.length;
  return { bounds, items: Uint32Array.from(lists.flat()) };
};

/**
 * The ranks of `label` (at 2i) and `label;` (at 2i + 1) among all of these in byte order. A label that continues
 * another one with a byte below ';' sorts before `label;`, with a byte above ';' after it.
 */
const ranksOf = (labels: readonly string[]): Uint32Array => {
  const ranks = new Uint32Array(labels.length * 2);
  const ids = new Map(labels.map((label, id) => [label, id]));
  const open: string[] = [];
  let rank = 0;
  const put = (label: string | undefined, behind: 0 | 1): void => {
    if (label !== undefined) ranks[(ids.get(label) ?? 0) * 2 + behind] = rank++;
  };
  const goesOn = (begin: string, label: string): boolean =>
    label.startsWith(begin) && label.charCodeAt(begin.length) < SEMICOLON;
  for (const label of labels.toSorted()) {
    while (open.length > 0 && !goesOn(open.at(-1) ?? '', label)) put(open.pop(), 1);
    put(label, 0);
    open.push(label);
  }
  while (open.length > 0) put(open.pop(), 1);
  return ranks;
};

const SEMICOLON = 59;
