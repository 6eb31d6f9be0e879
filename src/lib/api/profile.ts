/** One sample of a profile. A value that the file does not have is absent. */
export interface Sample {
  /**
   * Seconds since the whole second (of the tool's clock) before the first sample: `t % 1` is the offset within a second that
   * the heat map shows.
   */
  t: number;
  cpu: number;
  pid: number;
  tid: number;
  /** The thread's name. */
  comm: string;
  event: string;
  /** Counts of the event that the sample represents. */
  period: number;
  /** The call stack, callers first: `'main;work'`. */
  stack: string;
}

/** Quality of the stacks through one binary of one process. */
export interface StackHealthRow {
  process: string;
  binary: string;
  /** Samples with a frame in the binary. */
  samples: number;
  /** Share of its frames without a symbol. */
  unknown: number;
  /** Share of its samples whose stack walk ended there, before the program's start. */
  broken: number;
  /** Share of its samples whose stack is deeper than the recorder keeps. */
  truncated: number;
  /** What is wrong, worst first; empty if nothing is. */
  why: string;
  /** The flag, package or setting that fixes it. */
  fix: string;
}

/** Options of `openProfile`. */
export interface ProfileOptions {
  /** For a perf.data of another machine: the folder of symbols that `fbf symbols FILE --out DIR` made there. */
  readonly symbols?: string;
  /** Keep the addresses of frames without a symbol. */
  readonly addresses?: boolean;
  /** The answer's label. */
  readonly as?: string;
}
