import type { Verdict } from '../../api.ts';
import type { HostShape, Row } from '../../questions/question.ts';

/** What a step concludes from its answer's rows. */
export interface Judged {
  readonly verdict: Verdict;
  /** One sentence: what was seen on this host, with figures. */
  readonly say: string;
  /** Who it was, where one can be named: a process, a CPU, a device, an interface; else ''. */
  readonly culprit: string;
  /** How bad it is, 0 to 4: orders suspects. A share of the worst second that was waited, or more where work was lost. */
  readonly pressure: number;
  /** The resource, where what was seen is about another one than the step's: an OOM kill in the kernel log is about memory. */
  readonly component?: Component;
  /** What is undecided or not checked, in a few words for the conclusion: '1 unknown kernel error'. */
  readonly open?: string;
}

/** What a step is about; 'load' alone is no resource. */
export type Component = 'load' | 'errors' | 'CPU' | 'memory' | 'disk' | 'network' | 'limits';

/** What a step may read beside its own rows: the verdict on a resource rests on several answers. */
export interface Seen {
  readonly host: HostShape;
  /** Rows of other steps' answers by question name, where they were asked. */
  readonly rows: (question: string) => readonly Row[];
  /** CPUs that our own processes used on the host, on average; undefined where the cost was not measured. */
  readonly ours?: number;
}

/** How a step's answer is drawn. */
export interface Figure {
  readonly kind: 'line' | 'table';
  readonly of: string;
  readonly by?: string;
  /** A table of the newest rows first. */
  readonly latest?: true;
  /** A table of the rows with the largest values first. */
  readonly largest?: true;
  /** What is drawn where the column has no value. */
  readonly else?: string;
  /** Rows that are left out. */
  readonly without?: { readonly column: string; readonly value: string };
}

/** One check of the first minute: what is asked, how it is judged, how it is drawn, where to look next. All data but `judge`. */
export interface Step {
  /** As people type it: 'mpstat -P ALL 1'. */
  readonly command: string;
  /** Its key in the findings: 'mpstat'. */
  readonly key: string;
  readonly question: string;
  readonly component: Component;
  /** Keys of the answers, beside its own, that it judges by: what these did not see is not cleared. */
  readonly also?: readonly string[];
  readonly ask: string;
  /** The rule that `judge` applies, in words, with its figures. */
  readonly threshold: string;
  judge(rows: readonly Row[], seen: Seen): Judged;
  readonly figure: Figure;
  readonly next: { readonly say: string; readonly code: string };
}

/** The values of a number column that are there. */
export const numbers = (rows: readonly Row[], name: string): number[] =>
  rows.map((row) => row[name]).filter((value) => typeof value === 'number');

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

export const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** The sum of a column over its series at each time, averaged over the times. */
export const meanTotal = (rows: readonly Row[], of: string): number => {
  const totals = new Map<unknown, number>();
  for (const row of rows) {
    const value = row[of];
    if (typeof value === 'number') totals.set(row['t'], (totals.get(row['t']) ?? 0) + value);
  }
  return mean([...totals.values()]);
};

/** Mean of a column for each value of `by`, largest first. */
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

/** A share as people read it: 0.4 %, 12 %. */
export const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.0095 ? 1 : 0)} %`;

const SCALES = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'us'],
] as const;

/** A time as people read it: 12 ms, 1.5 s. */
export const duration = (s: number): string => {
  const [scale, unit] = SCALES.find(([least]) => s >= least) ?? SCALES[2];
  const value = s / scale;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
};

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes as people read them: 1.5 GiB. */
export const bytes = (count: number): string => {
  const step = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), BINARY.length - 1);
  const value = count / 1024 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} ${BINARY[step] ?? 'B'}`;
};

/** A rate or count as people read it: 0.3, 12, 4,300. */
export const count = (value: number): string =>
  value < 10 && value % 1 !== 0 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');

/** What is said when a step's source gave nothing. */
export const nothing = (what: string): Judged => ({
  verdict: 'not checked',
  say: `${what} could not be read on this host.`,
  culprit: '',
  pressure: 0,
});
