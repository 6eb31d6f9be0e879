import type { Answer, View } from './answer.ts';
import type { Findings, MinuteQuestions } from './findings.ts';
import type { Host, Limits, Pending } from './host.ts';
import type { ProfileOptions, Sample } from './profile.ts';

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
    | 'over-limit'
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
