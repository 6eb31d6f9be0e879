/**
 * Weighted stacks: sample i has the stack `stack[i]` (ROOT: none) below the outermost function `root[i]`. Stack s is
 * the function `fn[s]` called from stack `parent[s]`, as in a StackTable.
 */
export interface StackSamples {
  readonly size: number;
  readonly stack: ArrayLike<number>;
  /** The function above the whole stack, usually the process; undefined: none. */
  readonly root?: ArrayLike<number>;
  /** The weight of each sample; undefined: 1. */
  readonly weight?: Float64Array;
  readonly parent: Uint32Array;
  readonly fn: ArrayLike<number>;
  /** All stacks differ in their functions, so there is nothing to merge. */
  readonly distinct?: boolean;
}
