import type { Table } from '../columns/column.ts';
import type { ChartAxis, ChartSeries, LinesPlot } from '../mime.ts';
import { chartView } from './chart.ts';
import { fitText, inLines } from './font.ts';
import { spread } from './labels.ts';
import { planOf, sentence, type LineOptions, type Plan } from './line-plan.ts';
import type { Spec } from './picture.ts';
import { thin, type Series } from './series.ts';
import { FAINT, footOf, INK, SERIES, timeTitle } from './style.ts';
import type { Telling } from './table.ts';
import type { Shown } from './view.ts';

const WIDTH = 640;
const HEIGHT = 240;
const PANEL = { width: 204, height: 96, columns: 3, gap: 26 };
/** Limit of points in one output, which keeps it far below 1 MB. */
const POINTS = 9000;

/** The time axis: a single moment is drawn in the middle; without rows it is one second long. */
const timeEnds = ({ from, to }: Plan): { low: number; high: number } => {
  if (!Number.isFinite(from)) return { low: 0, high: 1 };
  return to > from ? { low: from, high: to } : { low: from - 0.5, high: from + 0.5 };
};

const round = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null);

/** The lines in the order of their peaks, thinned to what the width can show. */
const linesOf = (plan: Plan, columns: number, colourOf: (series: Series) => number): ChartSeries[] => {
  const each = Math.max(10, Math.min(columns, Math.floor(POINTS / Math.max(1, plan.series.length) / 2)));
  return plan.series.map((series) => {
    const { t, y } = thin(series, plan.from, plan.to, each);
    const colour = colourOf(series);
    return {
      name: series.name,
      ...(series.panel === '' ? {} : { panel: series.panel }),
      ...(colour >= 0 && colour < SERIES.length ? { colour } : {}),
      t: t.map((at) => round(at) ?? 0),
      y: y.map((value) => round(value * plan.factor)),
    };
  });
};

/** The lines as rows of Vega-Lite: `s` is the line's name, `p` its panel, `g` 1 if it is grey. */
const pointsOf = (lines: readonly ChartSeries[]): Record<string, unknown>[] =>
  lines.flatMap(({ name, panel, colour, t, y }) => {
    const rest = { s: name, ...(panel === undefined ? {} : { p: panel }), ...(colour === undefined ? { g: 1 } : {}) };
    return t.map((at, i) => ({ t: at, y: y[i] ?? null, ...rest }));
  });

const plotOf = (plan: Plan, from: Date, series: readonly ChartSeries[]): LinesPlot => {
  const x: ChartAxis = { title: timeTitle(from), unit: 's', ...timeEnds(plan) };
  return { kind: 'lines', x, y: { title: plan.axis, unit: plan.unit, low: plan.low, high: plan.high }, series };
};

const encodings = (plan: Plan, title: string | null, ticks: number): Record<string, unknown> => ({
  x: {
    field: 't',
    type: 'quantitative',
    scale: { domain: Object.values(timeEnds(plan)), nice: false },
    axis: { title, tickCount: ticks },
  },
  y: {
    field: 'y',
    type: 'quantitative',
    scale: { domain: [plan.low, plan.high], nice: false },
    axis: { title: null, tickCount: 4, format: ',~f' },
  },
});

const tooltip = (plan: Plan): unknown => [
  { field: 's', type: 'nominal', title: 'line' },
  { field: 't', type: 'quantitative', title: 'seconds', format: '.4~g' },
  { field: 'y', type: 'quantitative', title: plan.unit, format: '.4~g' },
];

const colours = (names: readonly string[]): unknown => ({
  field: 's',
  type: 'nominal',
  scale: { domain: names, range: names.map((_, i) => SERIES[i] ?? FAINT) },
  legend: null,
});

/** Positions of the names in pixels from the top: at the ends of their lines, spread so that none overlap. */
const namePlaces = (plan: Plan, coloured: readonly Series[]): { s: string; at?: number; to: number }[] => {
  const others = plan.series.length + plan.left - coloured.length;
  const place = (value: number): number => HEIGHT * (1 - (value - plan.low) / (plan.high - plan.low));
  const last = coloured.map(({ y }) => place((y.findLast((v) => Number.isFinite(v)) ?? 0) * plan.factor));
  const to = spread(others === 0 ? last : [...last, HEIGHT], 14, HEIGHT);
  const names = coloured.map(({ name }, i) => ({ s: fitText(name, 180, 11), at: last[i] ?? 0, to: to[i] ?? 0 }));
  return others === 0 ? names : [...names, { s: `${others} ${others === 1 ? 'other' : 'others'}`, to: to.at(-1) ?? 0 }];
};

/** Names at the right ends of their lines, joined to them by a stroke. */
const endLabels = (plan: Plan, coloured: readonly Series[]): unknown[] => {
  const values = namePlaces(plan, coloured);
  if (values.length < 2) return [];
  const pixels = (field: string) => ({ field, type: 'quantitative', scale: null, axis: null });
  return [
    {
      data: { values: values.filter(({ at }) => at !== undefined) },
      mark: { type: 'rule', strokeWidth: 1.2 },
      encoding: {
        x: { value: WIDTH + 2 },
        x2: { value: WIDTH + 14 },
        y: pixels('at'),
        y2: { field: 'to' },
        color: colours(coloured.map(({ name }) => name)),
      },
    },
    {
      data: { values },
      mark: { type: 'text', align: 'left', baseline: 'middle', dx: 18, fontSize: 11, color: INK, limit: 400 },
      encoding: { x: { value: WIDTH }, y: pixels('to'), text: { field: 's', type: 'nominal' } },
    },
  ];
};

const lineMark = (plan: Plan, width: number, color?: string) => ({
  type: 'line',
  strokeWidth: plan.series.some(({ t }) => t.length > WIDTH / 2) ? width * 0.6 : width,
  strokeJoin: 'round',
  ...(color === undefined ? {} : { color }),
  // In Vega-Lite, points do not inherit the colour of their line.
  ...(plan.series.some(({ t }) => t.length < 3)
    ? { point: { filled: true, size: 18, ...(color === undefined ? {} : { color }) } }
    : {}),
});

/** One plot: coloured lines above grey ones, names at their ends. */
const singleSpec = (plan: Plan, lines: readonly ChartSeries[], options: LineOptions, how: string): Spec => {
  const coloured = plan.series.slice(0, SERIES.length);
  const names = coloured.map(({ name }) => name);
  const layer = (grey: boolean) => ({
    transform: [{ filter: grey ? 'datum.g === 1' : 'datum.g !== 1' }],
    mark: grey ? lineMark(plan, 0.8, FAINT) : lineMark(plan, 1.6),
    encoding: {
      ...encodings(plan, timeTitle(options.from), 8),
      ...(grey ? { detail: { field: 's', type: 'nominal' } } : { color: colours(names) }),
      tooltip: tooltip(plan),
    },
  });
  const grey = plan.series.length > coloured.length;
  return {
    width: WIDTH,
    height: HEIGHT,
    data: { values: pointsOf(lines) },
    layer: [
      ...(grey ? [layer(true)] : []),
      layer(false),
      ...endLabels(plan, coloured),
      ...footOf(how, WIDTH, HEIGHT + 44),
    ],
    resolve: { scale: { color: 'independent' } },
  };
};

/** A panel for each value of `each`, all with the same axes, the highest peak first. */
const panelSpec = (plan: Plan, lines: readonly ChartSeries[], names: readonly string[]): Spec => {
  const coloured = names.slice(0, SERIES.length);
  const legend = names.length > 1 ? { legend: { values: coloured } } : {};
  return {
    data: { values: pointsOf(lines) },
    facet: {
      field: 'p',
      type: 'nominal',
      sort: [...new Set(plan.series.map(({ panel }) => panel))],
      header: { labelLimit: PANEL.width },
    },
    columns: PANEL.columns,
    spacing: { row: 22, column: PANEL.gap },
    spec: {
      width: PANEL.width,
      height: PANEL.height,
      mark: lineMark(plan, 1.3),
      encoding: {
        ...encodings(plan, null, 4),
        color: { ...(colours(names) as object), ...legend },
        tooltip: tooltip(plan),
      },
    },
  };
};

/**
 * A column over time: a line for each value of `by` (or for each key), the highest ones coloured and the others grey;
 * or a panel for each value of `each`. Long series are thinned to the lowest and highest value per pixel.
 */
export const lineView = (table: Table, options: LineOptions, telling: Telling): Shown => {
  const plan = planOf(table, options);
  const say = sentence(table, options, plan);
  if (options.each === undefined) {
    const lines = linesOf(plan, WIDTH, (series) => plan.series.indexOf(series));
    const spec = singleSpec(plan, lines, options, telling.how);
    return chartView(
      { plot: plotOf(plan, options.from, lines), spec },
      { say, axis: [plan.axis], width: WIDTH },
      telling,
    );
  }
  const names = [...new Set(plan.series.map(({ name }) => name))];
  const lines = linesOf(plan, PANEL.width, ({ name }) => names.indexOf(name));
  const width = PANEL.columns * PANEL.width + (PANEL.columns - 1) * PANEL.gap;
  const axis = [`${plan.axis}; across: ${timeTitle(options.from)}`, ...inLines(telling.how, width, 11)];
  const plotted = { plot: plotOf(plan, options.from, lines), spec: panelSpec(plan, lines, names) };
  return chartView(plotted, { say, axis, width }, telling);
};
