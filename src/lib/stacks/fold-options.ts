/** What `fbf fold` takes; names and meaning are stackcollapse-perf.pl's. */
export interface FoldOptions {
  /** 'inferno' reads as inferno-collapse-perf does, 'perl' gives the bytes of stackcollapse-perf.pl. Default 'inferno'. */
  readonly like?: 'inferno' | 'perl';
  /** The process id in the first frame: `comm-pid`. */
  readonly pid?: boolean;
  /** Process and thread id in the first frame: `comm-pid/tid`. */
  readonly tid?: boolean;
  /** `_[k]` after kernel functions. */
  readonly kernel?: boolean;
  /** `_[j]` after functions compiled at run time. */
  readonly jit?: boolean;
  /** The address where there is no symbol: `[libc.so.6 <7f12>]`. */
  readonly addrs?: boolean;
  /** Only samples of this event. Default: of the event that comes first. */
  readonly eventFilter?: string;
}

/** A stack line taken apart: address, function, binary. */
export interface NamedFrame {
  readonly pc: string;
  readonly name: string;
  readonly dso: string;
}
