import type { Answer, FindingRow, How, View } from '../../api.ts';
import { answerFrom } from '../../answer/answer.ts';
import type { ColumnDoc } from '../../columns/column.ts';
import { growTable } from '../../columns/grow.ts';
import { FridayError } from '../../errors.ts';
import type { HostShape } from '../../questions/question.ts';
import { DISPLAY, type Shown } from '../../views/view.ts';
import { judgeMinute, type Minute, minuteQuestions, type MinuteSeen } from './method.ts';
import type { Concluded } from './verdict.ts';

/** The result of the first minute: its steps, what is suspect, ruled out, and open. */
export interface Findings extends Shown {
  /** The result in a few sentences. */
  readonly say: string;
  readonly steps: readonly Concluded[];
  readonly suspects: readonly string[];
  readonly cleared: readonly string[];
  readonly open: readonly string[];
  /** The findings as rows, worst first. */
  readonly table: Answer<FindingRow>;
  /** The figure of a step with its finding as caption, by key: 'uptime', 'vmstat', 'iostat' ... */
  step(key: string): View;
  /** The verdicts on all resources, with the reasons. */
  conclusion(): View;
}

const DOCS: Readonly<Record<keyof FindingRow, ColumnDoc>> = {
  step: { unit: '', doc: 'The command.', key: true },
  component: { unit: '', doc: 'The resource.' },
  verdict: { unit: '', doc: 'suspect, cleared, not checked, or undecided.', role: 'verdict' },
  say: { unit: '', doc: 'What was seen on this host.', title: 'finding' },
  threshold: { unit: '', doc: 'The rule that was applied.', role: 'hover' },
  culprit: { unit: '', doc: 'The process, cgroup, device, interface or CPU that the verdict names.', role: 'below' },
  next: { unit: '', doc: 'Where to look next; empty where the step is cleared.', role: 'below' },
  fix: { unit: '', doc: 'What you can do about it; we only print it.', role: 'below' },
};

/** The most lines in one figure that can still be told apart. */
const SERIES = 6;

/** Keeps only the series with the largest sums. */
const largest = (answer: Answer, by: string, of: string): Answer => {
  const sums = new Map<unknown, number>();
  for (const row of answer.rows() as Readonly<Record<string, unknown>>[]) {
    const value = row[of];
    if (typeof value === 'number') sums.set(row[by], (sums.get(row[by]) ?? 0) + value);
  }
  const kept = new Set(
    [...sums]
      .sort((a, b) => b[1] - a[1])
      .slice(0, SERIES)
      .map(([key]) => key),
  );
  return sums.size <= SERIES ? answer : answer.filter((row: Readonly<Record<string, unknown>>) => kept.has(row[by]));
};

type Loose = Readonly<Record<string, unknown>>;

const figureOf = ({ step, answer: whole, say }: MinuteSeen['steps'][number]): View => {
  const { kind, by, latest, largest: first, without } = step.figure;
  const answer = without === undefined ? whole : whole.filter((row: Loose) => row[without.column] !== without.value);
  if (latest === true) return answer.orderby('t', 'down').show({ rows: 12 }).caption(say);
  if (first === true) return answer.orderby(step.figure.of, 'down').show({ rows: 12 }).caption(say);
  if (answer.size === 0 || kind === 'table') return answer.show({ rows: 12 }).caption(say);
  const there = (answer.rows() as readonly Loose[]).some((row) => typeof row[step.figure.of] === 'number');
  const of = there ? step.figure.of : (step.figure.else ?? step.figure.of);
  const drawn = by === undefined ? answer : largest(answer, by, of);
  return drawn.line(of, by === undefined ? {} : { by }).caption(say);
};

/** Order of rows: suspects, then open ones, then cleared ones. */
const SEVERITY = ['cause', 'suspect', 'undecided', 'not checked', 'cleared'];

const bySeverity = (seen: MinuteSeen): MinuteSeen['steps'] =>
  [...seen.steps].sort(
    (a, b) =>
      SEVERITY.indexOf(a.verdict) - SEVERITY.indexOf(b.verdict) ||
      (a.verdict === 'suspect' ? b.pressure - a.pressure : 0),
  );

const tableOf = (seen: MinuteSeen, how: How): Answer<FindingRow> => {
  const rows = growTable(DOCS);
  for (const { step, component, verdict, say, culprit, next, fix } of bySeverity(seen)) {
    const { command, threshold } = step;
    rows.push({ step: command, component, verdict, say, threshold, culprit, next, fix });
  }
  return answerFrom<FindingRow>(
    rows.table(),
    { ...how, question: 'sixty-seconds', as: 'sixty-seconds', seen: seen.steps.length },
    { say: seen.conclusion.say },
  );
};

const findStep = (seen: MinuteSeen, key: string): MinuteSeen['steps'][number] => {
  const found = seen.steps.find(({ step }) => step.key === key);
  if (found !== undefined) return found;
  throw new FridayError(
    'usage',
    `step: expected one of ${seen.steps.map(({ step }) => step.key).join(', ')}, got ${JSON.stringify(key)}`,
    {
      next: 'Name one of these.',
    },
  );
};

/** Number of CPUs and memory of the host, read from the answers. */
const shapeOf = (minute: Minute): HostShape => {
  const cpus = new Set((minute['mpstat']?.rows() ?? []).map(({ cpu }: { cpu: string }) => cpu));
  const memory = (minute['free']?.rows() as readonly { total?: number }[] | undefined)?.at(-1)?.total;
  return { cpus: Math.max(1, cpus.size - 1), memory: memory ?? 0, pageSize: 4096 };
};

const judge = (minute: Minute): Findings => {
  const seen = judgeMinute(minute, shapeOf(minute));
  const how = seen.steps[0]?.answer.how;
  if (how === undefined)
    throw new FridayError('usage', 'sixtySeconds: nothing to judge', {
      next: 'Ask first: sixtySeconds(await host.ask(sixtySeconds.questions, { seconds: 60 })).',
    });
  const table = tableOf(seen, how);
  const conclusion = (): View => table.show({ rows: 20 }).caption(seen.conclusion.say);
  return {
    ...seen.conclusion,
    steps: seen.steps,
    table,
    step: (key) => figureOf(findStep(seen, key)),
    conclusion,
    caption: (text) => conclusion().caption(text),
    save: (file) => conclusion().save(file),
    [DISPLAY]: () => (conclusion() as Shown)[DISPLAY](),
  };
};

/**
 * The first sixty seconds: judges the answers of `host.ask(sixtySeconds.questions, { seconds: 60 })`. Reads nothing
 * from the host. After "Linux Performance Analysis in 60,000 Milliseconds" (Netflix, 2015).
 */
export const sixtySeconds: ((minute: Minute) => Findings) & { readonly questions: typeof minuteQuestions } =
  Object.assign(judge, {
    questions: minuteQuestions,
  });
