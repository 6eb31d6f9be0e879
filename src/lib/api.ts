/* eslint max-lines: off -- one file, since it becomes one declaration file */
/**
 * The public types, as cells see them: `scripts/build-declarations.js` writes this file, with an interface for each
 * source, into the one declaration file that editors and the type checker read. So it imports nothing, and every member
 * carries the sentence that an editor shows. Values that `index.ts` exports are declared at its end.
 */

/** Seconds, or a number with its unit: `0.02`, `'20ms'`, `'5min'`. */
export type Duration = number | `${number}${'us' | 'ms' | 's' | 'min' | 'h'}`;

/** events: one row per event or sample; histogram: counts per bucket; totals: sums. A left one folds into a right one, never back. */
export type Grain = 'events' | 'histogram' | 'totals';

/** Each question and each source adds a line: its name and the type of its rows. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the build fills it from the lists of sources and questions
export interface Questions {}

/** Names that `ask` takes. */
export type Name = Extract<keyof Questions, string>;

/** Names of the columns whose values are of type `T`; a joined column by its path: `'turn.busy'`. */
type Named<R, T> = 0 extends 1 & R
  ? string
  : {
      [K in keyof R & string]-?: NonNullable<R[K]> extends T
        ? K
        : NonNullable<R[K]> extends object
          ? `${K}.${Named<NonNullable<R[K]>, T>}`
          : never;
    }[keyof R & string];

/** Names of the columns that hold numbers. */
export type Num<R> = Named<R, number>;

/** Names of all columns. */
export type Col<R> = Named<R, number | string>;

/** What is known of a column: everything printed about it comes from here. */
export interface Column {
  /** 's', 'B', '1' (a fraction), 'count', 'Hz', 'id' ...; '' for text. */
  readonly unit: string;
  readonly doc: string;
  /** Part of what tells one series from another: rates are taken within it. */
  readonly key?: true;
  /** Only ever grows: `rate()` makes differences per second of it. */
  readonly counter?: true;
  readonly ref?: 'pid' | 'tid' | 'cgroup' | 'netns' | 'device' | 'peer' | 'cpu' | 'gpu' | 'stack';
  /** How axes, legends and table heads name it, where the name alone is not enough: '1-minute load'. */
  readonly title?: string;
}

/** What our presence cost. */
export interface Overhead {
  /** Measured on the host: CPU seconds of our processes and the ssh session, bytes of memory at peak, bytes sent. */
  readonly ours: { readonly cpu: number; readonly memory: number; readonly bytes: number };
  /** CPU seconds put on the traced tasks, an estimate. */
  readonly added: number;
  /** Seconds that the capture took. */
  readonly wall: number;
}

/** Where an answer comes from. It goes through every verb, is printed under every figure, and is saved. */
export interface How {
  readonly id: string;
  /** The label under which a case keeps it. */
  readonly as: string;
  readonly question: string;
  readonly tool: string;
  /** Why no better tool answered. */
  readonly whyNotBetter: string;
  readonly cannotSee: readonly string[];
  readonly grain: Grain;
  /** Events or samples seen, and lost. */
  readonly seen: number;
  readonly lost: number;
  /** The share of the asked window and population that the tool saw. Below 0.95 nothing is ruled out. */
  readonly coverage: number;
  /** Why and when the capture ended early, as a sentence; absent when it ran its whole window. */
  readonly cut?: string;
  readonly overhead: Overhead;
  readonly host: string;
  readonly kernel: string;
  readonly tools: Readonly<Record<string, string>>;
  /** What ran on the host. */
  readonly program: string;
  /** The verbs that led here. */
  readonly code: string;
  /** When second 0 of the rows was, and when the capture ended. */
  readonly from: Date;
  readonly to: Date;
  /** Seconds by which `from` may be wrong against another host. */
  readonly clockError: number;
  readonly recording: string;
}

/** A stretch of time, in seconds since the recording's start. */
export interface Window {
  from: number;
  to: number;
  seconds: number;
}

/** A figure: as a cell's last line it is shown. */
export interface View {
  /** The same figure under your own sentence. */
  caption(text: string): View;
  /** Writes the figure; the name's end chooses: .png, .svg, .json (Vega-Lite), .md, .txt. */
  save(file: string): Promise<void>;
}

/** Rows by groups, on their way to one row per group. */
export interface Grouped<R, K extends keyof R> {
  /** One row per group with how many rows it has. */
  count(): Answer<Pick<R, K> & { count: number }>;
  /** One row per group with figures, each made from the group's rows as an Answer: `{ p99: g => g.quantile(0.99, 'latency').high }`. */
  rollup<N extends object>(to: { [P in keyof N]: (g: Answer<R>) => N[P] }): Answer<Pick<R, K> & N>;
}

/**
 * Everything captured, computed or imported is one of these: rows with typed columns, units and docs, and where they come
 * from. As a cell's last line it shows its sentence, a figure or table, and `how`. An absent value is undefined in a row,
 * and sums, quantiles and rates skip it.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows of an import or a tool of one's own have columns that only the run knows
export interface Answer<R = any> {
  /** What it is, in one sentence. */
  readonly say: string;
  /** Where it comes from. */
  readonly how: How;
  /** How many rows. */
  readonly size: number;
  /** Unit and doc of each column. */
  readonly columns: { readonly [K in keyof R]: Column };
  /** Keeps the rows for which a test holds: `filter(d => d.latency > 0.1)`. */
  filter(test: (d: R) => boolean): Answer<R>;
  /** Adds columns computed from each row; say their units in the second argument. */
  derive<N extends object>(
    to: { [K in keyof N]: (d: R) => N[K] },
    columns?: { [K in keyof NoInfer<N>]?: Partial<Column> },
  ): Answer<R & N>;
  /** Groups rows of equal values: follow it with `count()` or `rollup({...})`. */
  groupby<K extends keyof R & string>(...by: K[]): Grouped<R, K>;
  /** Keeps these columns, in this order; the name of a joined answer keeps all of its columns. */
  select<K extends keyof R & string>(...columns: K[]): Answer<Pick<R, K>>;
  /** Sorts by a column, upwards unless told otherwise; rows without a value come last. */
  orderby(by: Col<R>, how?: 'up' | 'down'): Answer<R>;
  /** The first `n` rows. */
  slice(n: number): Answer<R>;
  /** The rows as plain objects. */
  rows(): R[];
  /** One row after the other, as plain objects: `for (const row of answer)`. */
  [Symbol.iterator](): IterableIterator<R>;
  /** Counters become differences per second, one row per step and series; resets and gaps are absent, never negative. */
  rate(): Answer<R & { seconds: number }>;
  /** The sum of a column; absent values are skipped. */
  sum(of: Num<R>): number;
  /** The mean of the values that a column has, each row counted once; NaN if it has none. */
  mean(of: Num<R>): number;
  /** The least value of a column; NaN if it has none. */
  min(of: Num<R>): number;
  /** The greatest value of a column; NaN if it has none. */
  max(of: Num<R>): number;
  /** The `p`-quantile: of events low = high, of a histogram the bucket's edges; of totals it throws. */
  quantile(p: number, of: Num<R>): { low: number; high: number; n: number };
  /** The stretches of time in which a test holds, joined where they touch. */
  windows(test: (d: R) => boolean, o?: { min?: Duration; merge?: Duration }): Answer<Window>;
  /** The rows that overlap one of the windows, widened by `pad` on both sides. */
  during(w: Answer<Window>, pad?: Duration): Answer<R>;
  /** The rows that overlap none of them. */
  outside(w: Answer<Window>, pad?: Duration): Answer<R>;
  /**
   * Adds to each row the row of each other answer that belongs to it in time: the one that overlaps it most, else the
   * nearest within `within`. `by` names columns that must be equal. What has no match is absent: `d.gc?.pause`.
   */
  joinTime<J extends Record<string, Answer>>(
    others: J,
    o?: { by?: (keyof R & string)[]; within?: Duration },
  ): Answer<R & { [K in keyof J]?: J[K] extends Answer<infer S> ? S : never }>;
  /** A column over time, a line for each value of `by`, a panel for each value of `each`. */
  line(y: Num<R>, o?: { by?: Col<R>; each?: Col<R> }): View;
  /** A column as bars, the largest first; with `by` one for each value: the sum of amounts, the mean of rates and shares. */
  bar(y: Num<R>, o?: { by?: Col<R>; top?: number }): View;
  /** A column's distribution over time, as a picture of counts. */
  heatmap(y: Num<R>, o?: { max?: Duration }): View;
  /**
   * The call stacks of these rows as a flame graph; with `against` how they differ from others, by share, with what is
   * more than noise marked. Rows need a text column `stack`: `'main;work'`.
   */
  flamegraph(this: Answer<{ stack: string }>, o?: { against?: Answer<{ stack: string }> }): View;
  /** How far the stacks of these rows can be trusted: unknown, broken and cut stacks by binary, and what fixes them. */
  readonly health: Answer<StackHealthRow>;
  /** The rows as a table. */
  show(o?: { rows?: number }): View;
  /** Where it comes from, in full. */
  explain(): View;
  /** The same rows as a table of arquero; absent values are NaN or undefined there. */
  arquero(): import('arquero').ColumnTable;
  /**
   * Writes the answer; the name's end chooses. `.arrow` keeps everything: `openAnswer(file)` gives the same answer again,
   * and `pandas.read_feather`, `polars.read_ipc` and pyarrow read it. `.csv` and `.json` hold the rows alone: units, docs and `how` are dropped.
   */
  write(file: string): Promise<void>;
}

/** One sample of a profile. What the file does not say is absent. */
export interface Sample {
  /** Seconds since the profile's first sample. */
  t: number;
  cpu: number;
  pid: number;
  tid: number;
  /** The thread's name. */
  comm: string;
  event: string;
  /** How many counts of the event the sample stands for. */
  period: number;
  /** The call stack, callers first: `'main;work'`. */
  stack: string;
}

/** How far the stacks through one binary of one process can be trusted. */
export interface StackHealthRow {
  process: string;
  binary: string;
  /** Samples with a frame in it. */
  samples: number;
  /** Share of its frames that have no name. */
  unknown: number;
  /** Share of its samples whose walk to the program's start was lost there. */
  broken: number;
  /** Share of its samples that are deeper than the recorder keeps. */
  truncated: number;
  why: string;
  /** The flag, package or setting that fixes it. */
  fix: string;
}

/** How a profile is opened. */
export interface ProfileOptions {
  /** Folder of symbols by build-id, from `fbf symbols FILE --out DIR`: for a perf.data of another machine. */
  readonly symbols?: string;
  /** Keep the addresses of frames without a name. */
  readonly addresses?: boolean;
  /** The label under which the answer is kept. */
  readonly as?: string;
}

/** A share of one: a fraction or a percentage, `0.02`, `'2%'`. */
export type Share = number | `${number}%`;

/** What may be spent on the host. */
export interface Limits {
  /** Share of one CPU that our processes may take there: 0.02 unless told otherwise. Process sweeps slow down to keep it. */
  readonly maxCpu?: Share;
  /** `'500MB'`: the recording ends, marked as cut, when it has grown to this. */
  readonly maxBytes?: string;
  /** What may be used beyond the login's own rights: 'sudo' shows the bytes and namespaces of other users' processes. */
  readonly allow?: readonly 'sudo'[];
}

/** How a question is asked. */
export interface AskOptions extends Limits {
  /** Length of the window; 10 s unless told otherwise. A recording answers with all that it has. */
  readonly seconds?: Duration;
  /** Samples a second of system files: 1 unless told otherwise, at most 50. Processes are swept at most once a second. */
  readonly hz?: number;
  /** The label under which the answer is kept. */
  readonly as?: string;
}

/** Which processes are meant: a process must match everything that is named. */
export interface Selection {
  readonly pid?: number | readonly number[];
  /** The whole name (`comm`, at most 15 bytes). */
  readonly name?: string;
  /** A pattern that the command line matches: `/--port 80\b/`. */
  readonly cmd?: RegExp;
  /** The systemd unit; `.service` may be left out. */
  readonly unit?: string;
  /** The cgroup's path, or that of a cgroup above it. */
  readonly cgroup?: string;
  /** A container's id, or its beginning. */
  readonly container?: string;
}

/** A process. Pids are reused, so recordings keep who each pid was. What the host did not show is absent. */
export interface Process {
  pid: number;
  /** Start time in seconds since boot; with `pid` it identifies one process. The same number as in `pidstat`. */
  started: number;
  /** Pid of the parent. */
  ppid: number;
  /** The program's name (`comm`, at most 15 bytes). */
  name: string;
  /** The command line; empty for kernel threads. */
  cmd: string;
  /** The program file. */
  exe: string;
  /** The effective user's name, or the uid where it has no name. */
  user: string;
  /** The systemd unit. */
  unit: string;
  cgroup: string;
  /** The container's id (12 digits) or name. */
  container: string;
  /** The uid of the Kubernetes pod. */
  pod: string;
  /** The network namespace's inode. */
  netns: string;
  /** The language runtime, if it was recognised: node, java, python ... */
  runtime: string;
}

/** An answer on its way: not awaited, it runs on, and the next cell is free. */
export interface Pending<T> extends Promise<T> {
  /** What there is until now; refreshed each second while somebody looks. */
  readonly sofar: T | undefined;
  /** Ends it now; what was captured until then is a valid answer, marked as cut. */
  stop(): Promise<T>;
}

/** A host, live or recorded, or several: the same verbs. */
export interface Host {
  readonly name: string;
  /** False for a recording. */
  readonly live: boolean;
  /** Answers one question over a window; a source's name gives its table as it is. */
  ask<Q extends Name>(question: Q, options?: AskOptions): Pending<Answer<Questions[Q]>>;
  /** Answers several questions over one window: started once, recorded once, accounted once. */
  ask<M extends Readonly<Record<string, Name>>>(
    questions: M,
    options?: AskOptions,
  ): Pending<{ [K in keyof M]: Answer<Questions[M[K]]> }>;
  /** What would be read for a question; touches nothing. */
  plan(
    // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- names come with the build
    questions: Name | Readonly<Record<string, Name>>,
    options?: AskOptions,
  ): Pending<Answer<{ name: string; reads: string; hz: number; doc: string }>>;
  /** What can be asked of this host, by which tool, what that would not see, what it costs and how you may fix it. Changes nothing. */
  check(o?: { for?: readonly Name[] }): Pending<Answer<CheckRow>>;
  /** Processes by pid, name, unit or a part of the command line, with who they are. */
  find(who: string | Selection): Pending<Answer<Process>>;
  /** What of ours is left on the host: nothing, unless it says otherwise. */
  audit(): Pending<Answer<{ host: string; kind: string; left: string }>>;
  close(): Promise<void>;
}

/** Whether one question or source can be answered by a host or a recording. */
export interface CheckRow {
  host: string;
  /** The question or source. */
  question: string;
  /** What reads it there. */
  tool: string;
  verdict: 'yes' | 'partly' | 'no' | 'not allowed';
  /** What it would not see, and why: where this is not empty, nothing is ruled out by it. */
  cannotSee: string;
  costs: string;
  /** What you may do about it; nothing of this is done for you. */
  fix: string;
}

/** How a look at one resource ends. `cleared` needs the whole population seen; else it is `not checked`. */
export type Verdict = 'cause' | 'suspect' | 'cleared' | 'not checked' | 'undecided';

/** One of the ten findings of the first minute. */
export interface FindingRow {
  readonly step: string;
  readonly component: string;
  readonly verdict: Verdict;
  /** What was seen on this host. */
  readonly say: string;
  /** The rule that was applied. */
  readonly threshold: string;
  readonly culprit: string;
  readonly next: string;
}

/** What the first minute asks, by key: the ten commands, and what they are judged by. */
export type MinuteQuestions = {
  readonly uptime: 'load-average';
  readonly dmesg: 'kernel-log';
  readonly vmstat: 'system-activity';
  readonly mpstat: 'cpu-utilization';
  readonly pidstat: 'process-activity';
  readonly iostat: 'disk-activity';
  readonly free: 'memory';
  readonly sarDev: 'network-interfaces';
  readonly sarTcp: 'tcp';
  readonly top: 'processes';
  readonly pressure: 'pressure';
  readonly cgroupPressure: 'cgroup-pressure';
  readonly cgroupLimits: 'cgroup-limits';
  readonly runDelay: 'run-delay';
  readonly reclaim: 'reclaim';
  readonly udp: 'udp';
  readonly softnet: 'softnet';
  readonly limits: 'limits';
};

/** What the first minute says: ten steps, what is suspect, what is ruled out, what nobody could look at. */
export interface Findings extends View {
  /** The answer of the minute in one or two sentences. */
  readonly say: string;
  readonly suspects: readonly string[];
  readonly cleared: readonly string[];
  readonly open: readonly string[];
  /** The ten findings as rows. */
  readonly table: Answer<FindingRow>;
  /** A step's figure under its sentence. */
  step(key: keyof MinuteQuestions): View;
  /** The verdict over all resources, with the reasons. */
  conclusion(): View;
}

/** What a failed call throws: `message` says where, expected and got; `next` what to do. */
export declare class FridayError extends Error {
  readonly kind:
    | 'usage'
    | 'input'
    | 'unreachable'
    | 'auth'
    | 'host-key'
    | 'host-gone'
    | 'not-allowed'
    | 'missing'
    | 'disk-full'
    | 'interrupted'
    | 'recording'
    | 'internal';
  readonly next: string;
  readonly seen: string | undefined;
}

/**
 * Connects to a host: `'local:'`, `'ssh://[user@]host[:port]'`, an alias of ~/.ssh/config, `'recording:DIR'`, or a list
 * of these, whose answers then have a `host` column. Nothing is installed there and nothing stays. Throws a FridayError
 * that says what to do.
 */
export declare function connect(url: string | readonly string[], limits?: Limits): Promise<Host>;

/**
 * Opens a profile from a file: perf.data, the text of `perf script`, folded stacks or a bpftrace stack map, told by its
 * content. `(await openProfile('perf.data')).filter(d => d.comm === 'java').flamegraph()`.
 */
export declare function openProfile(file: string, options?: ProfileOptions): Promise<Answer<Sample>>;

/**
 * Opens an answer that `answer.write('a.arrow')` wrote, with its rows, units, docs, `say` and `how`. Throws a FridayError
 * on any other file: `await openAnswer<Questions['iostat']>('a.arrow')`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- only the file knows its columns
export declare function openAnswer<R = any>(file: string): Promise<Answer<R>>;

/** Judges the ten answers of `host.ask(sixtySeconds.questions, { seconds: 60 })`; it touches no host. */
export declare const sixtySeconds: {
  (minute: { readonly [K in keyof MinuteQuestions]: Answer }): Findings;
  readonly questions: MinuteQuestions;
};

/** Sends progress lines to `to` where no notebook shows them, as in a script of your own. */
export declare function onProgress(to: (line: string) => void): void;

/**
 * Shows a figure of what has been captured until now, drawn anew once a second in one output, and in its place the whole
 * figure when the capture has ended. Resolves to the answer: `await live(host.ask('iostat'), (a) => a.line('util'))`.
 */
export declare function live<T>(pending: Pending<T>, figure: (sofar: T) => View): Promise<T>;
