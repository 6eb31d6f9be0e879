/* eslint max-lines: off -- one file, since it becomes one declaration file */
/**
 * The public types. `scripts/build-declarations.js` copies this file, with an interface for each source and question,
 * into the declaration file that editors and the type checker read. So it imports nothing, and the comment of a member is
 * what an editor shows. The values that `index.ts` exports are declared at the end.
 */

/** Seconds, or a number with a unit: `0.02`, `'20ms'`, `'5min'`. */
export type Duration = number | `${number}${'us' | 'ms' | 's' | 'min' | 'h'}`;

/**
 * `events`: one row per event; `histogram`: counts per bucket; `totals`: totals per interval. Events aggregate to histograms
 * and histograms to totals, never the reverse.
 */
export type Grain = 'events' | 'histogram' | 'totals';

/** The questions and sources that `ask` takes, each with the type of its rows. */
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

/** A column's declaration: unit, meaning and role. Axis titles, table heads and rates use it. */
export interface Column {
  /** 's', 'B', '1' (a fraction), 'count', 'Hz', 'id' (a number that identifies something) ...; '' for text. */
  readonly unit: string;
  /** What the column holds, in one sentence. */
  readonly doc: string;
  /** Identifies a series, alone or with other keys: a device, a CPU. Rates are computed per series. */
  readonly key?: true;
  /** Only grows, except for a wrap or reset: `rate()` turns it into a rate per second. */
  readonly counter?: true;
  /** What kind of thing the values identify. */
  readonly ref?: 'pid' | 'tid' | 'cgroup' | 'netns' | 'device' | 'peer' | 'cpu' | 'gpu' | 'stack';
  /** The title on axes, legends and table heads, if the name is not clear enough: '1-minute load'. */
  readonly title?: string;
}

/** What the capture cost. */
export interface Overhead {
  /** Measured on the host for our processes and the ssh session: CPU seconds, peak memory in bytes, bytes sent. */
  readonly ours: { readonly cpu: number; readonly memory: number; readonly bytes: number };
  /** CPU seconds that tracing added to the traced tasks (an estimate). */
  readonly added: number;
  /** Length of the capture in seconds. */
  readonly wall: number;
}

/** Provenance of an answer: host, tool, window, coverage, cost. Every verb keeps it, every figure prints it. */
export interface How {
  readonly id: string;
  /** Its label: the option `as`, else its key in `ask({ key: ... })` or the question. */
  readonly as: string;
  readonly question: string;
  /** What captured it: 'perl reading /proc'. */
  readonly tool: string;
  /** Why a tool that sees more was not used. */
  readonly whyNotBetter: string;
  /** What this capture could not see, a sentence each. */
  readonly cannotSee: readonly string[];
  /** Its detail: one row per event, counts per bucket, or totals per interval. */
  readonly grain: Grain;
  /** Rows or events that were captured. */
  readonly seen: number;
  /** Events that the tool dropped. */
  readonly lost: number;
  /** Share of the window and of the population (all processes, all namespaces) that was seen. Below 0.95 nothing is ruled out. */
  readonly coverage: number;
  /** When and why the capture ended early, in one sentence; absent if it ran its whole window. */
  readonly cut?: string;
  readonly overhead: Overhead;
  readonly host: string;
  readonly kernel: string;
  /** Tools found on the host, with their versions. */
  readonly tools: Readonly<Record<string, string>>;
  /** Which files were read, or which program ran, on the host. */
  readonly program: string;
  /** The calls that made this answer. */
  readonly code: string;
  /** When second 0 of the rows was. */
  readonly from: Date;
  /** When the capture ended. */
  readonly to: Date;
  /** Error bound of `from` in seconds, when compared with another host. */
  readonly clockError: number;
  /** The folder of the recording, or the file that was opened. */
  readonly recording: string;
}

/** A time range. */
export interface Window {
  /** Start, in seconds since the recording's start. */
  from: number;
  /** End, in seconds since the recording's start. */
  to: number;
  /** Length in seconds. */
  seconds: number;
}

/** A figure: a cell whose last line is a figure shows it. */
export interface View {
  /** The same figure with your own caption. */
  caption(text: string): View;
  /** Saves the figure to a file; the extension selects the format: .png, .svg, .json (Vega-Lite), .md, .txt. */
  save(file: string): Promise<void>;
}

/** Grouped rows: `count()` or `rollup({...})` makes one row per group. */
export interface Grouped<R, K extends keyof R> {
  /** One row per group, with its number of rows. */
  count(): Answer<Pick<R, K> & { count: number }>;
  /**
   * One row per group, with values computed from the group's rows: `rollup({ worst: g => g.max('await') })`. A sum, mean,
   * min or max keeps its column's unit.
   */
  rollup<N extends object>(to: { [P in keyof N]: (g: Answer<R>) => N[P] }): Answer<Pick<R, K> & N>;
}

/**
 * Everything that is captured, computed or opened: typed rows, with units and docs of the columns and their provenance
 * `how`. A cell whose last line is an answer shows its sentence, its table or figure, and `how`. A value that the host
 * did not give is undefined in a row; sums, means, quantiles and rates skip it.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows of an import or a tool of one's own have columns that only the run knows
export interface Answer<R = any> {
  /** What it holds, in one sentence. */
  readonly say: string;
  /** Provenance: host, tool, window, coverage, cost, limits. */
  readonly how: How;
  /** Number of rows. */
  readonly size: number;
  /** The declaration of each column: unit, doc, role. */
  readonly columns: { readonly [K in keyof R]: Column };
  /** Keeps the rows that pass a test: `filter(d => d.util > 0.5)`. */
  filter(test: (d: R) => boolean): Answer<R>;
  /** Adds columns computed from each row; the second argument declares their units and docs. */
  derive<N extends object>(
    to: { [K in keyof N]: (d: R) => N[K] },
    columns?: { [K in keyof NoInfer<N>]?: Partial<Column> },
  ): Answer<R & N>;
  /** Groups rows by equal values; `count()` or `rollup({...})` then makes one row per group. */
  groupby<K extends keyof R & string>(...by: K[]): Grouped<R, K>;
  /** Keeps these columns, in this order; the name of a joined answer keeps all of its columns. */
  select<K extends keyof R & string>(...columns: K[]): Answer<Pick<R, K>>;
  /** Sorts by a column, ascending by default; rows without a value come last. */
  orderby(by: Col<R>, how?: 'up' | 'down'): Answer<R>;
  /** The first `n` rows. */
  slice(n: number): Answer<R>;
  /** The rows as plain objects. */
  rows(): R[];
  /** Iterates over the rows as plain objects: `for (const row of answer)`. */
  [Symbol.iterator](): IterableIterator<R>;
  /** Turns counters into rates per second: one row per interval and series. After a reset or a gap the rate is absent, never negative. */
  rate(): Answer<R & { seconds: number }>;
  /** The sum of a column; absent values are skipped. */
  sum(of: Num<R>): number;
  /** The mean of the values that a column has, each row counted once; NaN if it has none. */
  mean(of: Num<R>): number;
  /** The least value of a column; NaN if it has none. */
  min(of: Num<R>): number;
  /** The greatest value of a column; NaN if it has none. */
  max(of: Num<R>): number;
  /** The `p`-quantile (0.99: the 99th percentile). Events give a value (low = high), a histogram the edges of its bucket; totals throw. */
  quantile(p: number, of: Num<R>): { low: number; high: number; n: number };
  /** The time ranges in which a test holds; `merge` joins ranges at most so far apart, `min` drops shorter ones. */
  windows(test: (d: R) => boolean, o?: { min?: Duration; merge?: Duration }): Answer<Window>;
  /** The rows that overlap one of the windows; `pad` extends each window at both ends. */
  during(w: Answer<Window>, pad?: Duration): Answer<R>;
  /** The rows that overlap none of the windows. */
  outside(w: Answer<Window>, pad?: Duration): Answer<R>;
  /**
   * Adds to each row the matching row of each other answer: the one that overlaps it longest, else the nearest one that is
   * at most `within` away. Columns in `by` must be equal. Without a match it is absent: `d.gc?.pause`, named `'gc.pause'`.
   */
  joinTime<J extends Record<string, Answer>>(
    others: J,
    o?: { by?: (keyof R & string)[]; within?: Duration },
  ): Answer<R & { [K in keyof J]?: J[K] extends Answer<infer S> ? S : never }>;
  /** A column over time: one line per value of `by` (or per series), one panel per value of `each`. */
  line(y: Num<R>, o?: { by?: Col<R>; each?: Col<R> }): View;
  /** A column as bars, largest first; with `by` one bar per value: the sum of amounts, the mean of rates and shares. */
  bar(y: Num<R>, o?: { by?: Col<R>; top?: number }): View;
  /** The distribution of a column over time, as a heat map of counts. */
  heatmap(y: Num<R>, o?: { max?: Duration }): View;
  /**
   * The call stacks of these rows as a flame graph. With `against`: the change of each share from the other rows, with
   * changes above the noise marked. Rows need a text column `stack`: `'main;work'`.
   */
  flamegraph(this: Answer<{ stack: string }>, o?: { against?: Answer<{ stack: string }> }): View;
  /** Quality of the stacks: unknown frames, broken and truncated stacks per binary, and what fixes them. */
  readonly health: Answer<StackHealthRow>;
  /** The rows as a table. */
  show(o?: { rows?: number }): View;
  /** The whole provenance as a table: tool, window, coverage, cost, what it cannot see. */
  explain(): View;
  /** The rows as an arquero table; absent values become NaN or undefined. */
  arquero(): import('arquero').ColumnTable;
  /**
   * Saves the answer; the extension selects the format. `.arrow` keeps everything: `openAnswer(file)` gives the same answer again,
   * and `pandas.read_feather`, `polars.read_ipc` and pyarrow read it. `.csv` and `.json`
   * keep the rows only: units, docs and `how` are dropped.
   */
  write(file: string): Promise<void>;
}

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

/** A fraction or a percentage: `0.02`, `'2%'`. */
export type Share = number | `${number}%`;

/** Limits on what a capture may use on the host. */
export interface Limits {
  /** Share of one CPU that our processes may use; default 0.02. Per-process files are read less often to stay below it. */
  readonly maxCpu?: Share;
  /** Largest size of the recording, as `'500MB'`: at this size it ends and is marked as cut. */
  readonly maxBytes?: string;
  /** Rights beyond the login's own: 'sudo' reads the I/O and namespaces of other users' processes. */
  readonly allow?: readonly 'sudo'[];
}

/** Options of `ask`. */
export interface AskOptions extends Limits {
  /** Length of the window; default 10 s. A recording gives all that it has. */
  readonly seconds?: Duration;
  /** Samples per second of system files; default 1, at most 50. Per-process files are read at most once per second. */
  readonly hz?: number;
  /** The answer's label. */
  readonly as?: string;
}

/** Which processes are meant: a process must match everything that is named. */
export interface Selection {
  /** One pid, or any of several. */
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

/** A process. A value that the host did not show is absent. */
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

/** An answer that is being captured. Without `await` the capture goes on while other cells run. */
export interface Pending<T> extends Promise<T> {
  /** The answer so far, updated at most once per second. */
  readonly sofar: T | undefined;
  /** Ends it now; what was captured until then is a valid answer, marked as cut. */
  stop(): Promise<T>;
}

/** What `ask` gives: an answer for a question, or several by the caller's keys. */
export type Answers<Q> = [Q] extends [Name]
  ? Answer<Questions[Q]>
  : { -readonly [K in keyof Q]: Q[K] extends Name ? Answer<Questions[Q[K]]> : never };

/** One host or several, live or recorded. */
export interface Host {
  /** Its URL, or several. */
  readonly name: string;
  /** False for a recording. */
  readonly live: boolean;
  /**
   * Answers one question over a window, `ask('iostat', { seconds: 10 })`, or several over the same window from one capture,
   * `ask({ disk: 'iostat', cpu: 'mpstat' })`. A source's name gives the table of that source.
   */
  // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- names come with the build
  ask<const Q extends Name | Readonly<Record<string, Name>>>(questions: Q, options?: AskOptions): Pending<Answers<Q>>;
  /** Which files a question would read on the host, and how often; reads nothing. */
  plan(
    // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- names come with the build
    questions: Name | Readonly<Record<string, Name>>,
    options?: AskOptions,
  ): Pending<Answer<{ name: string; reads: string; hz: number; doc: string }>>;
  /** Which questions this host can answer: the tool, what it cannot see, its cost, and what you can do about it. Changes nothing. */
  check(o?: { for?: readonly Name[] }): Pending<Answer<CheckRow>>;
  /** Processes by pid, name, unit or part of the command line: `find('nginx')`, `find({ cmd: /--port 80/ })`. */
  find(who: string | Selection): Pending<Answer<Process>>;
  /** Processes, files and kernel settings of ours that are left on the host; no rows if it is clean. */
  audit(): Pending<Answer<{ host: string; kind: string; left: string }>>;
  /** Ends the connection; what was recorded stays. */
  close(): Promise<void>;
}

/** Whether one question or source can be answered by a host or a recording. */
export interface CheckRow {
  host: string;
  /** The question or source. */
  question: string;
  /** The tool that would capture it. */
  tool: string;
  verdict: 'yes' | 'partly' | 'no' | 'not allowed';
  /** What it would not see, and why. If this is not empty, the question cannot rule anything out. */
  cannotSee: string;
  /** What it reads; for a recording, what it cost. */
  costs: string;
  /** What you can do about it; the product only prints it. */
  fix: string;
}

/** The verdict on one resource. `cleared` needs the whole window and population; else it is `not checked`. */
export type Verdict = 'cause' | 'suspect' | 'cleared' | 'not checked' | 'undecided';

/** Where to look next: plain data, nothing is run. */
export interface Next {
  readonly say: string;
  /** A cell that answers it. */
  readonly code: string;
}

/** What a method found about one resource. */
export interface Finding {
  /** The resource: 'CPU', 'memory', 'disk' ...; of the network, only 'packet loss' can be ruled out. */
  readonly component: string;
  /** The processes, cgroups, devices, interfaces or CPUs that the verdict names; empty if it names none. */
  readonly culprit: string;
  readonly verdict: Verdict;
  /** What was seen on this host, in the words of the step that decided it. */
  readonly say: string;
  /** The rule that was applied, with its number. */
  readonly threshold: string;
  /** What you can do about it. The product only prints it. */
  readonly fix: string;
  /** The answers that it rests on. */
  readonly evidence: readonly Answer[];
  /** Where to look next; none if it is cleared. */
  readonly next: readonly Next[];
}

/** What one step of a method found. */
export interface FindingRow {
  readonly step: string;
  readonly component: string;
  readonly verdict: Verdict;
  /** What was seen on this host. */
  readonly say: string;
  /** The rule that was applied, with its number. */
  readonly threshold: string;
  readonly culprit: string;
  /** Where to look next; empty where the step is cleared. */
  readonly next: string;
  /** What you can do about it: a setting, a limit, a command. The product only prints it. */
  readonly fix: string;
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

/** What a method found: an answer with a row for each step, worst first, and what they say together about each resource. */
export interface Findings<Key extends string = string> extends Answer<FindingRow>, View {
  /** The resources that are suspect, worst first. */
  readonly causes: readonly Finding[];
  /** The resources that are ruled out: the whole window and population were seen, and no task waited. */
  readonly cleared: readonly Finding[];
  /** What is undecided or was not checked, and what this method can never see. */
  readonly open: readonly Finding[];
  /** Where to look next, for the worst finding first. */
  readonly next: readonly Next[];
  /** The figure of one step, with its finding as the caption. */
  step(key: Key): View;
  /** The verdicts on all resources, with the reasons. */
  conclusion(): View;
}

/** The error of a failed call: `message` says what was expected and what was found. */
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
  /** What to do. */
  readonly next: string;
  /** What was found, shortened. */
  readonly seen: string | undefined;
}

/**
 * Connects to a host: `'local:'`, `'ssh://[user@]host[:port]'`, an alias of ~/.ssh/config, `'recording:DIR'`, or a list
 * of these; the answers of several hosts have a `host` column. Nothing is installed on the host and nothing stays there.
 * Throws a FridayError that says what to do.
 */
export declare function connect(url: string | readonly string[], limits?: Limits): Promise<Host>;

/**
 * Opens a profile: perf.data, the text of `perf script`, folded stacks or a bpftrace stack map. The format is detected
 * from the content. `(await openProfile('perf.data')).filter(d => d.comm === 'java').flamegraph()`.
 */
export declare function openProfile(file: string, options?: ProfileOptions): Promise<Answer<Sample>>;

/**
 * Opens an answer that `answer.write('a.arrow')` wrote, with its rows, units, docs, `say` and `how`. Throws a FridayError
 * on any other file: `await openAnswer<Questions['iostat']>('a.arrow')`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- only the file knows its columns
export declare function openAnswer<R = any>(file: string): Promise<Answer<R>>;

/** Judges the answers of `host.ask(sixtySeconds.questions, { seconds: 60 })`; it reads nothing from the host. */
export declare const sixtySeconds: {
  (minute: { readonly [K in keyof MinuteQuestions]: Answer }): Findings<keyof MinuteQuestions>;
  readonly questions: MinuteQuestions;
};

/** One figure that differs between two captures by more than its noise. */
export interface ChangeRow {
  readonly question: string;
  /** The process, device, interface or cgroup; empty where the host has one series. */
  readonly name: string;
  readonly column: string;
  /** The unit of the five numbers: 's', 'B/s', '1' (a fraction) ... */
  readonly unit: string;
  /** Means over the windows. */
  readonly before: number;
  readonly after: number;
  /** after - before; the true change is between `low` and `high` in 999 of 1,000 such pairs. */
  readonly change: number;
  readonly low: number;
  readonly high: number;
  /** The change divided by its noise. The rows are sorted by it. */
  readonly score: number;
}

/** What differs between two captures. */
export interface Comparison extends View {
  /** The result in one or two sentences. */
  readonly say: string;
  /** What differs by more than its noise, the largest relative to it first. */
  readonly table: Answer<ChangeRow>;
  /** How many figures were compared and are the same within the noise. */
  readonly same: number;
  /** Devices, interfaces and cgroups that only one of the two has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

/**
 * Compares two captures, question by question and series by series: means over their windows, with the noise of each
 * difference. Takes two answers to the same question, or what two calls of `host.ask(sixtySeconds.questions)`, or of other
 * questions, gave: `compare(before, after)`.
 */
export declare function compare(
  before: Answer | Readonly<Record<string, Answer>>,
  after: Answer | Readonly<Record<string, Answer>>,
): Comparison;

/** Calls `to` with each progress line when no notebook shows them, as in a script of your own. */
export declare function onProgress(to: (line: string) => void): void;

/**
 * Shows a figure while a capture runs, updated once per second in the same output, and the whole figure at its end.
 * Resolves to the answer: `await live(host.ask('iostat'), (a) => a.line('util'))`.
 */
export declare function live<T>(pending: Pending<T>, figure: (sofar: T) => View): Promise<T>;
