import type { Heat } from '../columns/bin.ts';
import type { Table } from '../columns/column.ts';
import type { ChartAxis, HeatPlot } from '../mime.ts';
import { chartView } from './chart.ts';
import { axesOf, logTicks } from './heat-axes.ts';
import { heatCells, heatPlan, heatSentence, type HeatOptions, type HeatPlan } from './heat-plan.ts';
import type { Spec } from './picture.ts';
import { pngOfPixels } from './pixels.ts';
import { footOf, HEAT, QUIET, timeTitle } from './style.ts';
import type { Telling } from './table.ts';
import { columnTitle, withUnit } from './titles.ts';
import { formatValue, scaleFor, threeDigits } from './units.ts';
import type { Shown } from './view.ts';

const WIDTH = 640;
const HEIGHT = 280;
/**
 * Limits of cells: the interactive chart is slow above CELLS; the PNG has one pixel per cell and may have FINE columns.
 */
const CELLS = 6000;
const FINE = 320;

/**
 * The colour class of a count, 1 to HEAT.length, in equal steps of its logarithm, so that single events stay visible
 * beside thousands.
 */
const classOf = (count: number, most: number): number =>
  count === 0 ? 0 : 1 + Math.min(HEAT.length - 1, Math.floor((Math.log(count) / Math.log(most + 1)) * HEAT.length));

const most = ({ counts }: Heat): number => counts.reduce((max, n) => Math.max(max, n), 0);

/** The legend above the plot's right end: colours from one row per cell to the most. */
const legend = (highest: number): unknown[] => {
  const left = WIDTH - HEAT.length * 14 - 60;
  const swatches = HEAT.map((colour, i) => ({ colour, x: left + i * 14, x2: left + (i + 1) * 14 }));
  const pixels = { type: 'quantitative', scale: null, axis: null };
  const text = (value: string, x: number, align: string) => ({
    data: { values: [{}] },
    mark: { type: 'text', align, baseline: 'middle', fontSize: 10, color: QUIET, text: value },
    encoding: { x: { value: x }, y: { value: -9 } },
  });
  return [
    {
      data: { values: swatches },
      mark: { type: 'rect' },
      encoding: {
        x: { field: 'x', ...pixels },
        x2: { field: 'x2' },
        y: { value: -14 },
        y2: { value: -4 },
        color: { field: 'colour', type: 'nominal', scale: null },
      },
    },
    text('rows in a cell: 1', left - 6, 'right'),
    text(threeDigits(highest), left + HEAT.length * 14 + 6, 'left'),
  ];
};

const rich = (plan: HeatPlan, cells: Heat, unit: string, from: Date, how: string): Spec => {
  const { factor, x, y } = axesOf(plan, cells, unit, from);
  const columns = cells.x.length - 1;
  const highest = most(cells);
  const values = Array.from(cells.counts, (n, i) => ({ n, i }))
    .filter(({ n }) => n > 0)
    .map(({ n, i }) => {
      const [column, bin] = [i % columns, Math.floor(i / columns)];
      return {
        a: short(cells.x[column] ?? 0),
        b: short(cells.x[column + 1] ?? 0),
        c: short((cells.y[bin] ?? 0) * factor),
        d: short((cells.y[bin + 1] ?? 0) * factor),
        n,
        k: HEAT[classOf(n, highest) - 1],
      };
    });
  const tip = (field: string, title: string) => ({ field, type: 'quantitative', title, format: '.4~g' });
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values },
        mark: { type: 'rect' },
        encoding: {
          x: { field: 'a', ...x },
          x2: { field: 'b' },
          y: { field: 'c', ...y },
          y2: { field: 'd' },
          color: { field: 'k', type: 'nominal', scale: null },
          tooltip: [tip('n', 'rows'), tip('a', 'from second'), tip('c', 'at least'), tip('d', 'below')],
        },
      },
      ...legend(highest),
      ...footOf(how, WIDTH, HEIGHT + 44),
    ],
  };
};

/** The same chart with its cells as one image, one pixel per cell. */
const drawn = (plan: HeatPlan, cells: Heat, unit: string, from: Date, how: string): Spec => {
  const { x, y } = axesOf(plan, cells, unit, from);
  const [columns, bins] = [cells.x.length - 1, cells.y.length - 1];
  const highest = most(cells);
  // Set every pixel here: the SVG renderer would leave gaps or overlaps between cells.
  const [across, down] = [WIDTH * 2, HEIGHT * 2];
  const classes = Uint8Array.from(cells.counts, (n) => classOf(n, highest));
  const pixels = new Uint8Array(across * down);
  for (let i = 0; i < pixels.length; i++) {
    const bin = bins - 1 - Math.floor((Math.floor(i / across) * bins) / down);
    pixels[i] = classes[bin * columns + Math.floor(((i % across) * columns) / across)] as number;
  }
  const url = `data:image/png;base64,${pngOfPixels(pixels, across, down, ['#ffffff', ...HEAT]).toString('base64')}`;
  const [left, low] = [x.scale.domain[0], y.scale.domain[0]];
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: [{ a: left, c: low }] },
        mark: {
          type: 'image',
          url,
          width: WIDTH,
          height: HEIGHT,
          aspect: false,
          align: 'left',
          baseline: 'top',
          smooth: false,
        },
        encoding: { x: { value: 0 }, y: { value: 0 } },
      },
      {
        data: { values: [{ a: left, c: low }] },
        mark: { type: 'point', opacity: 0 },
        encoding: { x: { field: 'a', ...x }, y: { field: 'c', ...y } },
      },
      ...legend(highest),
      ...footOf(how, WIDTH, HEIGHT + 44),
    ],
  };
};

/** Values rounded for JSON. */
const short = (value: number): number => Number(value.toPrecision(6));

const plotOf = (plan: HeatPlan, cells: Heat, axis: { title: string; unit: string; from: Date }): HeatPlot => {
  const { factor, x, y } = axesOf(plan, cells, axis.unit, axis.from);
  const seconds = plan.doubling && axis.unit === 's';
  const [low, high] = y.scale.domain;
  const ticks = plan.doubling
    ? logTicks(low, high).map((at) => ({ at, text: seconds ? formatValue(at, 's') : threeDigits(at) }))
    : undefined;
  const side: ChartAxis = {
    title: axis.title,
    unit: seconds ? 's' : scaleFor(axis.unit, plan.high).label,
    low,
    high,
    ...(ticks === undefined ? {} : { log: true, ticks }),
  };
  const [from, to] = x.scale.domain;
  return {
    kind: 'heat',
    x: { title: timeTitle(axis.from), unit: 's', low: from, high: to },
    y: side,
    columns: cells.x.length - 1,
    edges: Array.from(cells.y, (edge) => short(edge * factor)),
    counts: Array.from(cells.counts),
  };
};

/**
 * The distribution of a column over time: time on the x axis, values on the y axis (logarithmic if they span much),
 * darker where a cell holds more rows. The interactive chart has at most 6,000 cells, the PNG up to 320 columns.
 */
export const heatmapView = (table: Table, options: HeatOptions, telling: Telling): Shown => {
  const { y, from } = options;
  const plan = heatPlan(table, options);
  const unit = table.docs[y]?.unit ?? '';
  const bins = heatCells(plan, 1).y.length - 1;
  const coarse = heatCells(plan, Math.max(20, Math.min(128, Math.floor(CELLS / bins))));
  const fine = plan.size > 20_000 ? heatCells(plan, FINE) : coarse;
  const { label } = scaleFor(unit, plan.high);
  const title = withUnit(columnTitle(y, table.docs[y]), plan.doubling && unit === 's' ? '' : label);
  const plotted = {
    plot: plotOf(plan, coarse, { title, unit, from }),
    spec: rich(plan, coarse, unit, from, telling.how),
    drawn: drawn(plan, fine, unit, from, telling.how),
  };
  return chartView(plotted, { say: heatSentence(table, options, plan, coarse), axis: [title], width: WIDTH }, telling);
};
