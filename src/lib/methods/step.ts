import type { Answer, Next, Verdict } from '../api.ts';
import type { HostShape } from '../questions/question.ts';
import type { AnswerColumn, QuestionName, RowOf } from '../questions/rows.ts';

/** Answers by key, as `host.ask` gives them for several questions. */
export type Captured = Readonly<Record<string, Answer>>;

/** What a step concludes from its answer's rows. */
export interface Judged {
  readonly verdict: Verdict;
  /** One sentence with figures: what was seen on this host. */
  readonly say: string;
  /** A process, CPU, device or interface, if the step can name one; otherwise ''. */
  readonly culprit: string;
  /**
   * Severity from 0 to 4, for the order of suspects: share of the worst second spent waiting; more if work was lost.
   */
  readonly pressure: number;
  /** The resource, if it is not the step's: an OOM kill in the kernel log is about memory. */
  readonly component?: Component;
  /** For the conclusion, if undecided or not checked, in a few words: '1 unknown kernel error'. */
  readonly open?: string;
}

/** The resource of a step; 'load' is the only one on which no verdict is given. */
export type Component = 'load' | 'errors' | 'CPU' | 'memory' | 'disk' | 'network' | 'limits';

/** What a step may use besides its own rows, since some verdicts need several answers. */
export interface Seen {
  readonly host: HostShape;
  /** Rows of other answers, by question name; empty if not asked. */
  readonly rows: <Name extends QuestionName>(question: Name) => readonly RowOf<Name>[];
  /** CPUs that our own processes used on the host, on average; undefined if the cost was not measured. */
  readonly ours?: number;
}

/** How a step's answer is drawn. */
export interface Figure<Column extends string = string> {
  readonly kind: 'line' | 'table';
  readonly of: Column;
  readonly by?: Column;
  /** A table with the newest rows first. */
  readonly latest?: true;
  /** A table with the largest values first. */
  readonly largest?: true;
  /** The column that is drawn if the first one has no values. */
  readonly else?: Column;
  /** Rows to leave out. */
  readonly without?: { readonly column: Column; readonly value: string };
}

/** One check of a method: question, rule, figure, and next step. All of it is data except `judge`. */
export interface Step<Name extends QuestionName = QuestionName> {
  /** The command as one types it: 'mpstat -P ALL 1'. */
  readonly command: string;
  /** Its key in the findings: 'mpstat'. */
  readonly key: string;
  readonly question: Name;
  readonly component: Component;
  /** Keys of other answers that it uses: what they did not cover is not cleared. */
  readonly also?: readonly string[];
  /** The rule that `judge` applies, in words and figures. */
  readonly threshold: string;
  judge(rows: readonly RowOf<Name>[], seen: Seen): Judged;
  readonly figure: Figure<AnswerColumn<Name>>;
  readonly next: Next;
  /** What you can do about a verdict: we only print it. */
  readonly fix: Partial<Readonly<Record<Verdict, string>>>;
}

/** Makes a step. A column that its question, or one that it asks `seen` for, does not declare does not compile. */
export const defineStep = <const Name extends QuestionName>(step: Step<Name>): Step<Name> => step;

/** What makes a kernel measure waiting. */
export const ENABLE_PRESSURE = 'Enable pressure (PSI, Linux 4.20 and later): boot with psi=1.';

/** A judgement that names no culprit. */
export const noCulprit = (
  verdict: Verdict,
  say: string,
  more: Partial<Pick<Judged, 'pressure' | 'component' | 'open'>> = {},
): Judged => ({ verdict, say, culprit: '', pressure: 0, ...more });

/** The judgement for a source that gave no rows. */
export const nothing = (what: string): Judged => noCulprit('not checked', `${what} could not be read on this host.`);
