/** No first frame: the sample is left out. */
export const LEFT_OUT = 0xff_ff_ff_ff;
/** No frame: the line says nothing. */
export const NO_LABEL = 0;
/** In a label code: the rest is an index into `several`. */
export const SEVERAL = 0x80_00_00_00;

/** Stacks to be folded, whatever they come from. Labels have one character a byte. */
export interface FoldPlan {
  /** Distinct labels; what follows counts them from 1. */
  readonly labels: readonly string[];
  /** Stack s is keys[bounds[s]] to keys[bounds[s + 1] - 1], innermost first. */
  readonly stacks: number;
  readonly bounds: Uint32Array;
  readonly keys: Uint32Array;
  /** Per key: NO_LABEL, a label, or SEVERAL + index into `several`; `java` is for stacks under a java root. */
  readonly plain: Uint32Array;
  readonly java: Uint32Array;
  /** Labels that one key stands for, outermost first. */
  readonly several: readonly (readonly number[])[];
  /** Samples: first frame (a label, LEFT_OUT), stack, weight. */
  readonly size: number;
  readonly roots: Uint32Array;
  readonly stackOf: Uint32Array;
  readonly weights: Weights;
  /** Labels that are java roots. */
  readonly javaRoots: ReadonlySet<number>;
  /** Whether a sample without any frame counts for its first frame alone. */
  readonly keepBare: boolean;
  /** Stacks stand alone: the one root there is, '', is not printed. */
  readonly bare?: boolean;
}

/** Pairs of a low and a high half, or plain numbers where counts are fractions. */
export type Weights = { readonly pairs: Uint32Array } | { readonly real: Float64Array };
