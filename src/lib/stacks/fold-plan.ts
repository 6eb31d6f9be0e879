/** In place of a first frame: the sample is left out. */
export const LEFT_OUT = 0xff_ff_ff_ff;
/** In place of a label: the key has no frame. */
export const NO_LABEL = 0;
/** Flag of a label code: the other bits are an index into `several`. */
export const SEVERAL = 0x80_00_00_00;

/** Stacks to fold, from any source. Labels have one character per byte. */
export interface FoldPlan {
  /** Distinct labels; codes count them from 1. */
  readonly labels: readonly string[];
  /** Stack s is keys[bounds[s]] to keys[bounds[s + 1] - 1], innermost first. */
  readonly stacks: number;
  readonly bounds: Uint32Array;
  readonly keys: Uint32Array;
  /**
   * By key: NO_LABEL, a label, or SEVERAL + an index into `several`; `java` is used for stacks below a Java first
   * frame.
   */
  readonly plain: Uint32Array;
  readonly java: Uint32Array;
  /** The labels of keys that stand for several, outermost first. */
  readonly several: readonly (readonly number[])[];
  /** Per sample: the first frame (a label or LEFT_OUT), the stack, the weight. */
  readonly size: number;
  readonly roots: Uint32Array;
  readonly stackOf: Uint32Array;
  readonly weights: Weights;
  /** Labels of Java first frames. */
  readonly javaRoots: ReadonlySet<number>;
  /** Whether a sample without frames is counted with its first frame alone. */
  readonly keepBare: boolean;
  /** Stacks have no first frames: the only root, '', is not written. */
  readonly bare?: boolean;
}

/** Weights as pairs of low and high halves, or as doubles if counts are fractions. */
export type Weights = { readonly pairs: Uint32Array } | { readonly real: Float64Array };
