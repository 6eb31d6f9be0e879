import { inspect } from 'node:util';
import type { Answer, Col, Column, Duration, Grouped, How, Num, StackHealthRow, View, Window } from '../api.ts';
import { withEveryColumn, type Table } from '../columns/column.ts';
import { rowsWhere } from '../columns/filter.ts';
import type { Group } from '../columns/group-tables.ts';
import { rates } from '../columns/rate.ts';
import { sortedRows } from '../columns/sort.ts';
import { firstRows, takeRows } from '../columns/take.ts';
import { inSeconds } from '../duration.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';
import { barView } from '../views/bar.ts';
import { explainView } from '../views/explain.ts';
import { heatmapView } from '../views/heatmap.ts';
import { lineView } from '../views/line.ts';
import { plainTable, tablePayload, tableView, type Telling } from '../views/table.ts';
import { captionedFirst, DISPLAY, type Shown } from '../views/view.ts';
import { asArquero } from './arquero.ts';
import type { Sourced } from './clock.ts';
import { columnOf, derivedDoc, withColumns } from './derive.ts';
import { countGroups, rollupGroups } from './group.ts';
import { joinTables } from './join.ts';
import { columnFor, numbersFor, quotedAll } from './names.ts';
import { quantile } from './quantile.ts';
import { cursorOver, rowAt } from './row.ts';
import { cutFirst, cutOf, grouped, ofAll, sayAnswer, sayHow, sayStep, shortCode, type Step } from './say.ts';
import { selectColumns } from './select.ts';
import { flamegraphOf, healthOf } from './stacks.ts';
import { figureOf } from './summary.ts';
import { rowsDuring, windowsOf } from './windows.ts';
import { writeAnswer } from './write.ts';

export type { Answer } from '../api.ts';

/** Options of an answer. */
export interface AnswerOptions {
  /** Its finding, in one sentence. */
  readonly say?: string;
  /** The figure that it shows as a cell's last line; default: its table. */
  readonly figure?: 'flamegraph' | undefined;
  /** The group whose table it wraps: sums, means and extremes are computed for all groups at once. */
  readonly group?: Group;
}

/** The table that an answer wraps. */
export let tableOf: (answer: Answer) => Table;

const span = (duration: Duration | undefined, what: string): number | undefined =>
  duration === undefined ? undefined : inSeconds(duration, what);

class Rows<R> implements Answer<R> {
  readonly #table: Table;
  readonly #figure: AnswerOptions['figure'];
  readonly #group: Group | undefined;
  readonly say: string;
  readonly how: How;

  static {
    tableOf = (answer) => {
      if (answer instanceof Rows) return (answer as Rows<unknown>).#table;
      throw new FridayError('usage', 'expected an Answer, got something else', {
        next: 'Give what ask, filter or import returned.',
      });
    };
  }

  constructor(table: Table, how: How, { say, figure, group }: AnswerOptions = {}) {
    this.#table = withEveryColumn(table);
    this.#figure = figure;
    this.#group = group;
    this.how = how;
    this.say = cutFirst(how, say === undefined ? sayAnswer(how, table.size) : printable(say, 2000));
  }

  get size(): number {
    return this.#table.size;
  }

  get columns(): { readonly [K in keyof R]: Column } {
    return this.#table.docs as unknown as { readonly [K in keyof R]: Column };
  }

  /** The answer that a verb returns: the same `how`, with the verb's code appended. */
  #step<S>(
    table: Table,
    verb: string,
    { grain = this.how.grain, error = 0, of, noun, others = [] }: Step = {},
  ): Answer<S> {
    const clockError = Math.max(this.how.clockError, error);
    const how: How = { ...ofAll(this.how, others), grain, clockError, code: `${this.how.code}.${verb}` };
    return new Rows<S>(table, how, { say: sayStep(how, verb, { size: table.size, of, noun }) });
  }

  get #sourced(): Sourced {
    return { table: this.#table, how: this.how };
  }

  /** A figure whose caption begins with the cut, if the capture was cut. */
  #drawn(view: Shown): View {
    return captionedFirst(view, cutOf(this.how));
  }

  get #telling(): Telling {
    return { say: this.say, how: sayHow(this.how), cut: cutOf(this.how) };
  }

  filter(test: (d: R) => boolean): Answer<R> {
    const table = this.#table;
    const cursor = cursorOver<R>(table);
    return this.#step(
      takeRows(
        table,
        rowsWhere(table.size, (i) => test(cursor.at(i))),
      ),
      `filter(${shortCode(test)})`,
      { of: table.size },
    );
  }

  derive<N extends object>(
    to: { [K in keyof N]: (d: R) => N[K] },
    columns: { [K in keyof NoInfer<N>]?: Partial<Column> } = {},
  ): Answer<R & N> {
    const table = this.#table;
    const cursor = cursorOver<R>(table);
    const added = Object.entries<(d: R) => unknown>(to).map(([name, compute]) => {
      const column = columnOf(table.size, (i) => compute(cursor.at(i)), `derive ${name}`);
      const declared = (columns as Record<string, Partial<Column> | undefined>)[name];
      return [name, { column, doc: derivedDoc(name, compute, declared) }] as const;
    });
    const code = Object.entries(to).map(([name, compute]) => `${name}: ${shortCode(compute)}`);
    return this.#step(withColumns(table, Object.fromEntries(added)), `derive({ ${code.join(', ')} })`);
  }

  groupby<K extends keyof R & string>(...by: K[]): Grouped<R, K> {
    const table = this.#table;
    for (const name of by) columnFor(table, name, 'groupby');
    const verb = `groupby(${quotedAll(by)})`;
    const rowsOf = (group: Group): Answer<R> => new Rows<R>(group.table, this.how, { say: this.say, group });
    return {
      count: () => this.#step(countGroups(table, by), `${verb}.count()`, { grain: 'totals', noun: 'group' }),
      rollup: (to) => {
        const figures = Object.entries<(g: Answer<R>) => unknown>(to);
        const made = figures.map(([name, figure]) => [name, (group: Group) => figure(rowsOf(group))] as const);
        const code = figures.map(([name, figure]) => `${name}: ${shortCode(figure)}`);
        const docs = Object.fromEntries(figures.map(([name, figure]) => [name, shortCode(figure)]));
        const rolled = rollupGroups(table, by, Object.fromEntries(made), docs);
        return this.#step(rolled, `${verb}.rollup({ ${code.join(', ')} })`, { grain: 'totals', noun: 'group' });
      },
    };
  }

  select<K extends keyof R & string>(...columns: K[]): Answer<Pick<R, K>> {
    return this.#step(selectColumns(this.#table, columns), `select(${quotedAll(columns)})`);
  }

  orderby(by: Col<R>, how: 'up' | 'down' = 'up'): Answer<R> {
    const rows = sortedRows(columnFor(this.#table, by, 'orderby'), this.#table.size, { down: how === 'down' });
    return this.#step(takeRows(this.#table, rows), `orderby(${quotedAll([by, how])})`);
  }

  slice(n: number): Answer<R> {
    return this.#step(firstRows(this.#table, Math.max(0, Math.trunc(n))), `slice(${n})`, { of: this.size });
  }

  rows(): R[] {
    return Array.from({ length: this.#table.size }, (_, i) => rowAt(this.#table, i) as R);
  }

  *[Symbol.iterator](): IterableIterator<R> {
    for (let i = 0; i < this.#table.size; i++) yield rowAt(this.#table, i) as R;
  }

  rate(): Answer<R & { seconds: number }> {
    return this.#step(rates(this.#table), 'rate()', { noun: 'interval' });
  }

  sum(of: Num<R>): number {
    return figureOf(this.#table, 'sum', of, this.#group);
  }

  mean(of: Num<R>): number {
    return figureOf(this.#table, 'mean', of, this.#group);
  }

  min(of: Num<R>): number {
    return figureOf(this.#table, 'min', of, this.#group);
  }

  max(of: Num<R>): number {
    return figureOf(this.#table, 'max', of, this.#group);
  }

  quantile(p: number, of: Num<R>): { low: number; high: number; n: number } {
    return quantile(this.#table, this.how, p, of);
  }

  windows(test: (d: R) => boolean, o: { min?: Duration; merge?: Duration } = {}): Answer<Window> {
    const cursor = cursorOver<R>(this.#table);
    const options = { min: span(o.min, 'min') ?? 0, merge: span(o.merge, 'merge') ?? 0 };
    const found = windowsOf(this.#table, (i) => test(cursor.at(i)), options);
    return this.#step(found, `windows(${shortCode(test)})`, { grain: 'events', noun: 'window' });
  }

  #overlapping(verb: 'during' | 'outside', w: Answer<Window>, pad: Duration | undefined): Answer<R> {
    const options = { pad: span(pad, 'pad') ?? 0, outside: verb === 'outside' };
    const found = rowsDuring(this.#sourced, { table: tableOf(w), how: w.how }, options);
    return this.#step(found, `${verb}(${grouped(w.size)} windows)`, { of: this.size, others: [w.how] });
  }

  during(w: Answer<Window>, pad?: Duration): Answer<R> {
    return this.#overlapping('during', w, pad);
  }

  outside(w: Answer<Window>, pad?: Duration): Answer<R> {
    return this.#overlapping('outside', w, pad);
  }

  joinTime<J extends Record<string, Answer>>(
    others: J,
    o: { by?: (keyof R & string)[]; within?: Duration } = {},
  ): Answer<R & { [K in keyof J]?: J[K] extends Answer<infer S> ? S : never }> {
    const sourced = Object.entries(others).map(
      ([name, other]) => [name, { table: tableOf(other), how: other.how }] as const,
    );
    const options = { by: o.by ?? [], within: span(o.within, 'within') };
    const { table, error } = joinTables(this.#sourced, Object.fromEntries(sourced), options);
    const step = { error, others: sourced.map(([, { how }]) => how) };
    return this.#step(table, `joinTime({ ${Object.keys(others).join(', ')} })`, step);
  }

  line(y: Num<R>, o: { by?: Col<R>; each?: Col<R> } = {}): View {
    numbersFor(this.#table, y, 'line');
    for (const name of [o.by, o.each]) if (name !== undefined) columnFor(this.#table, name, 'line');
    return this.#drawn(lineView(this.#table, { y, by: o.by, each: o.each, from: this.how.from }, this.#telling));
  }

  bar(y: Num<R>, o: { by?: Col<R>; top?: number } = {}): View {
    numbersFor(this.#table, y, 'bar');
    if (o.by !== undefined) columnFor(this.#table, o.by, 'bar');
    return this.#drawn(barView(this.#table, { y, by: o.by, top: o.top }, this.#telling));
  }

  heatmap(y: Num<R>, o: { max?: Duration } = {}): View {
    numbersFor(this.#table, y, 'heatmap');
    const options = { y, max: span(o.max, 'max'), from: this.how.from };
    return this.#drawn(heatmapView(this.#table, options, this.#telling));
  }

  flamegraph(this: Answer<{ stack: string }>, o: { against?: Answer<{ stack: string }> } = {}): View {
    const before = o.against && { table: tableOf(o.against), how: o.against.how };
    return flamegraphOf({ table: tableOf(this), how: this.how }, before);
  }

  get health(): Answer<StackHealthRow> {
    const { table, say } = healthOf(this.#table);
    const how: How = { ...this.how, grain: 'totals', code: `${this.how.code}.health` };
    return new Rows<StackHealthRow>(table, how, { say });
  }

  show(o: { rows?: number } = {}): View {
    return this.#drawn(tableView(this.#table, this.#telling, o));
  }

  explain(): View {
    return explainView(this.how, this.say);
  }

  arquero(): ReturnType<Answer['arquero']> {
    return asArquero(this.#table);
  }

  write(file: string): Promise<void> {
    const { say, how } = this;
    return writeAnswer(this.#table, { say, how, figure: this.#figure }, file);
  }

  [DISPLAY](): ReturnType<Shown[typeof DISPLAY]> {
    const view =
      this.#figure === 'flamegraph' ? flamegraphOf(this.#sourced, undefined) : tableView(this.#table, this.#telling);
    return view[DISPLAY]();
  }

  [inspect.custom](): string {
    return plainTable(tablePayload(this.#table, this.#telling, 20), 20);
  }
}

/** Wraps a table and its provenance; without `say`, its sentence gives the number of rows. */
export const answerFrom = <R = Record<string, unknown>>(
  table: Table,
  how: How,
  options: AnswerOptions = {},
): Answer<R> => new Rows<R>(table, how, options);
