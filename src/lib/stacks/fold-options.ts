/** The options of `fbf fold`; their names and meaning are those of stackcollapse-perf.pl. */
export interface FoldOptions {
  /**
   * 'inferno': names as inferno-collapse-perf writes them; 'perl': the same bytes as stackcollapse-perf.pl. Default
   * 'inferno'.
   */
  readonly like?: 'inferno' | 'perl';
  /** Add the process id to the first frame: `comm-pid`. */
  readonly pid?: boolean;
  /** Add process and thread id to the first frame: `comm-pid/tid`. */
  readonly tid?: boolean;
  /** Add `_[k]` to kernel functions. */
  readonly kernel?: boolean;
  /** Add `_[j]` to functions compiled at run time. */
  readonly jit?: boolean;
  /** Write the address of frames without a symbol: `[libc.so.6 <7f12>]`. */
  readonly addrs?: boolean;
  /** Use only samples of this event. Default: the first event. */
  readonly eventFilter?: string;
}

/** The parts of a stack line: address, function, binary. */
export interface NamedFrame {
  readonly pc: string;
  readonly name: string;
  readonly dso: string;
}
