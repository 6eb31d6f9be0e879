import type { Answer, View } from '../api.ts';
import type { JudgedCapture } from './judge.ts';

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

/** The figure of a step, with its finding as the caption. */
export const figureOf = ({ step, answer: whole, say }: JudgedCapture['steps'][number]): View => {
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
