import type { HeatPlot } from '../../../../src/lib/mime.ts';
import { count, element } from '../dom.ts';
import { axes, labelRoom, type Box } from './frame.ts';
import type { Drawn, PlotView } from './plot.ts';
import { digits, scaleOf, spelled } from './scale.ts';
import { svg } from './svg.ts';

const CLASSES = 7;
const TALL = 260;

/**
 * The colour class of a count, 1 to 7, in equal steps of its logarithm, so that single rows stay visible beside
 * thousands.
 */
const classOf = (n: number, most: number): number =>
  n === 0 ? 0 : 1 + Math.min(CLASSES - 1, Math.floor((Math.log(n) / Math.log(most + 1)) * CLASSES));

/** The smallest count of each class that occurs. */
const classStarts = (most: number): { readonly at: number; readonly from: number }[] => {
  const starts = Array.from({ length: CLASSES }, (_, i) => ({
    at: i + 1,
    from: Math.max(1, Math.ceil((most + 1) ** (i / CLASSES) - 1e-9)),
  }));
  return starts.filter(({ from, at }) => from <= most && classOf(from, most) === at);
};

const legendOf = (most: number): HTMLElement => {
  const starts = classStarts(most);
  const words = starts.map(({ at, from }, i) => {
    const to = (starts[i + 1]?.from ?? most + 1) - 1;
    const range = from === to ? count(from) : `${count(from)} to ${count(to)}`;
    return element('span', {}, element('i', { class: `h${at}` }), range);
  });
  return element('div', { class: 'legend' }, 'Rows per cell:', ...words);
};

/** The position of the cells. */
interface Grid {
  readonly box: Box;
  /** The width of a column and the position of each edge, in pixels. */
  readonly each: number;
  readonly edges: readonly number[];
}

const gridOf = ({ columns, edges, y }: HeatPlot, width: number): Grid => {
  const left = labelRoom(y);
  const box = { left, top: 8, width: Math.max(60, width - left - 14), height: TALL };
  const up = scaleOf(y, box.top + box.height, box.top);
  return { box, each: box.width / columns, edges: edges.map((edge) => up(edge)) };
};

/** The rectangle of a cell, in pixels. */
const rectOf = ({ box, each, edges }: Grid, column: number, bin: number) => {
  const [top, bottom] = [edges[bin + 1] ?? 0, edges[bin] ?? 0];
  return { x: box.left + column * each, y: top, width: each, height: Math.max(1, bottom - top) };
};

/** One path per class: at most seven elements for any number of cells. */
const cellPaths = ({ columns, counts }: HeatPlot, grid: Grid, most: number): SVGElement[] => {
  const paths = Array.from({ length: CLASSES + 1 }, (): string[] => []);
  counts.forEach((n, cell) => {
    if (n === 0) return;
    const { x, y, width, height } = rectOf(grid, cell % columns, Math.floor(cell / columns));
    const [w, h] = [width.toFixed(2), height.toFixed(2)];
    paths[classOf(n, most)]?.push(`M${x.toFixed(2)} ${y.toFixed(2)}h${w}v${h}h-${w}z`);
  });
  return paths.map((path, kind) => svg('path', { class: `h${kind}`, d: path.join('') })).slice(1);
};

/** The text of a cell: its count, its time range and its value range. */
const said = ({ columns, counts, edges, x, y }: HeatPlot, stop: number) => {
  const [column, bin] = [stop % columns, Math.floor(stop / columns)];
  const time = (at: number): string => digits(x.low + (at / columns) * (x.high - x.low));
  const n = counts[stop] ?? 0;
  return {
    heading: `${count(n)} ${n === 1 ? 'row' : 'rows'}`,
    rows: [
      { name: 'time', value: `${time(column)} to ${time(column + 1)} s` },
      { name: 'value', value: `${spelled(edges[bin] ?? 0, y)} to ${spelled(edges[bin + 1] ?? 0, y)}` },
    ],
  };
};

const draw = (plot: HeatPlot, most: number, width: number): Drawn => {
  const { columns, x, y } = plot;
  const grid = gridOf(plot, width);
  const { box, each, edges } = grid;
  const mark = svg('rect', { class: 'cross', visibility: 'hidden', fill: 'none' });
  const cells = svg('g', { class: 'cells' }, ...cellPaths(plot, grid, most));
  return {
    root: svg('g', {}, cells, axes(box, x, y, { title: true, lines: false }), mark),
    height: TALL + 50,
    stops: columns * (edges.length - 1),
    at: (px, py) => {
      const column = Math.floor((px - box.left) / each);
      const bin = edges.findIndex((bottom, i) => py <= bottom && py > (edges[i + 1] ?? Infinity));
      return column < 0 || column >= columns || bin < 0 ? undefined : { stop: bin * columns + column, panel: 0 };
    },
    point: ({ stop }) => {
      const rect = rectOf(grid, stop % columns, Math.floor(stop / columns));
      for (const [name, value] of Object.entries(rect)) mark.setAttribute(name, String(value));
      mark.setAttribute('visibility', 'visible');
      return { ...said(plot, stop), x: rect.x + each };
    },
    leave: () => {
      mark.setAttribute('visibility', 'hidden');
    },
  };
};

/** Counts by time and value: the more rows a cell holds, the darker it is (brighter in dark themes). */
export const heatView = (plot: HeatPlot): PlotView => {
  const most = plot.counts.reduce((max, n) => Math.max(max, n), 0);
  return { legend: most === 0 ? undefined : legendOf(most), draw: (width) => draw(plot, most, width) };
};
