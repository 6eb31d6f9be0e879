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

/** Quality of the stacks of one process with at least 2 % of the samples, or of those through one binary. */
export interface StackHealthRow {
  process: string;
  /** In the row of one process; absent in a row for several small processes of one name, and in the rows of binaries. */
  pid: number;
  /** The language runtime: node, java, python, ruby, dotnet, go, rust ...; native if none was recognised. */
  runtime: string;
  /** Absent in the row of a whole process. */
  binary: string;
  /** Samples (off CPU: intervals) of the process, or those with a frame in the binary. */
  samples: number;
  /** Share of its frames without a symbol; of a process, of its user frames. */
  unknown: number;
  /** Share of its samples whose user stack is cut: the walk ended (in the binary) before the thread's start. */
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
