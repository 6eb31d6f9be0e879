import type { Verdict } from '../../api.ts';
import type { HostShape, Row } from '../../questions/question.ts';

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
  readonly rows: (question: string) => readonly Row[];
  /** CPUs that our own processes used on the host, on average; undefined if the cost was not measured. */
  readonly ours?: number;
}

/** How a step's answer is drawn. */
export interface Figure {
  readonly kind: 'line' | 'table';
  readonly of: string;
  readonly by?: string;
  /** A table with the newest rows first. */
  readonly latest?: true;
  /** A table with the largest values first. */
  readonly largest?: true;
  /** The column that is drawn if the first one has no values. */
  readonly else?: string;
  /** Rows to leave out. */
  readonly without?: { readonly column: string; readonly value: string };
}

/** One check of the first minute: question, rule, figure, and next step. All of it is data except `judge`. */
export interface Step {
  /** The command as one types it: 'mpstat -P ALL 1'. */
  readonly command: string;
  /** Its key in the findings: 'mpstat'. */
  readonly key: string;
  readonly question: string;
  readonly component: Component;
  /** Keys of other answers that it uses: what they did not cover is not cleared. */
  readonly also?: readonly string[];
  readonly ask: string;
  /** The rule that `judge` applies, in words and figures. */
  readonly threshold: string;
  judge(rows: readonly Row[], seen: Seen): Judged;
  readonly figure: Figure;
  readonly next: { readonly say: string; readonly code: string };
  /** What you can do about a verdict: we only print it. */
  readonly fix: Partial<Readonly<Record<Verdict, string>>>;
}

/** The values of a number column, without absent ones. */
export const numbers = (rows: readonly Row[], name: string): number[] =>
  rows.map((row) => row[name]).filter((value) => typeof value === 'number');

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

export const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** The sum of a column over all series at each time, averaged over the times. */
export const meanTotal = (rows: readonly Row[], of: string): number => {
  const totals = new Map<unknown, number>();
  for (const row of rows) {
    const value = row[of];
    if (typeof value === 'number') totals.set(row['t'], (totals.get(row['t']) ?? 0) + value);
  }
  return mean([...totals.values()]);
};

/** Mean of a column per value of `by`, largest first. */
export const meansBy = (rows: readonly Row[], by: string, of: string): readonly (readonly [string, number])[] => {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const value = row[of];
    if (typeof value !== 'number') continue;
    const key = String(row[by]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return [...groups].map(([key, values]) => [key, mean(values)] as const).sort((a, b) => b[1] - a[1]);
};

/** True for a share that rounds to 0.0 %. */
export const isZero = (share: number): boolean => share < 0.0005;

/** A share as text: 0.4 %, 12 %; 0 % if it is below 0.05 %. */
export const percent = (share: number): string =>
  `${(share * 100).toFixed(isZero(share) || share >= 0.0095 ? 0 : 1)} %`;

const SCALES = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'us'],
] as const;

/** A time as text: 12 ms, 1.5 s. */
export const duration = (s: number): string => {
  const [scale, unit] = SCALES.find(([least]) => s >= least) ?? SCALES[2];
  const value = s / scale;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
};

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes as text: 1.5 GiB. */
export const bytes = (count: number): string => {
  const step = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), BINARY.length - 1);
  const value = count / 1024 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} ${BINARY[step] ?? 'B'}`;
};

/** A rate or count as text: 0.3, 12, 4,300. */
export const count = (value: number): string =>
  value < 10 && value % 1 !== 0 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');

/** What makes a kernel measure waiting. */
export const ENABLE_PRESSURE = 'Enable pressure (PSI, Linux 4.20 and later): boot with psi=1.';

/** The judgement for a source that gave no rows. */
export const nothing = (what: string): Judged => ({
  verdict: 'not checked',
  say: `${what} could not be read on this host.`,
  culprit: '',
  pressure: 0,
});
