import { count } from '../dom.ts';
import type { Theme } from '../theme.ts';
import type { Selection } from './grid.ts';

/** The parts of a grid that the heat map needs. */
export interface HeatCells {
  readonly rows: number;
  readonly columns: number;
  readonly counts: ArrayLike<number>;
  readonly idle: number;
}

/** A cell of the grid. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

/** Cividis in nine steps: even in lightness, and readable without telling red from green. */
const CIVIDIS = [
  [0, 34, 78],
  [18, 53, 112],
  [59, 73, 108],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 120],
  [165, 156, 116],
  [195, 179, 105],
  [254, 232, 56],
] as const;

const colourAt = (share: number): [number, number, number] => {
  const at = Math.max(0, Math.min(1, share)) * (CIVIDIS.length - 1);
  const [low, high] = [CIVIDIS[Math.floor(at)] ?? CIVIDIS[0], CIVIDIS[Math.ceil(at)] ?? CIVIDIS[8]];
  const part = at - Math.floor(at);
  return [0, 1, 2].map((i) => Math.round((low[i] ?? 0) + ((high[i] ?? 0) - (low[i] ?? 0)) * part)) as [
    number,
    number,
    number,
  ];
};

/**
 * The count with the strongest colour: the 99th percentile of cells, so that a single hot cell does not make the others
 * pale.
 */
const full = ({ counts }: HeatCells): number => {
  const some = Array.from(counts)
    .filter((count) => count > 0)
    .sort((a, b) => a - b);
  return some[Math.floor(some.length * 0.99)] ?? 1;
};

/** Few samples are dark on dark pages and light on light pages. */
const rgbOf = (value: number, most: number, { dark }: Theme): [number, number, number] => {
  const share = 0.12 + 0.88 * Math.min(1, value / most);
  return colourAt(dark ? share : 1 - share);
};

export const cellColour = (value: number, cells: HeatCells, theme: Theme): string =>
  `rgb(${rgbOf(value, full(cells), theme).join(',')})`;

/** Counts for the legend, from one sample to the count with the strongest colour. */
export const legendSteps = (cells: HeatCells): { readonly value: number; readonly text: string }[] => {
  const most = full(cells);
  const steps = [...new Set([1, ...[0.25, 0.5, 0.75, 1].map((share) => Math.round(most * share))])].filter(
    (n) => n > 0,
  );
  const over = Array.from(cells.counts).some((count) => count > most);
  return steps.map((value) => ({ value, text: `${count(value)}${over && value === most ? ' or more' : ''}` }));
};

/** One pixel per cell, transparent if the cell is empty; scaled up when it is drawn. */
export const picture = (cells: HeatCells, theme: Theme): OffscreenCanvas => {
  const canvas = new OffscreenCanvas(Math.max(1, cells.columns), cells.rows);
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const image = context.createImageData(canvas.width, canvas.height);
  const most = full(cells);
  for (let cell = 0; cell < cells.rows * cells.columns; cell++) {
    const value = cells.counts[cell] ?? 0;
    const column = Math.floor(cell / cells.rows);
    const at = ((cells.rows - 1 - (cell % cells.rows)) * canvas.width + column) * 4;
    if (value > 0) image.data.set([...rgbOf(value, most, theme), 255], at);
  }
  context.putImageData(image, 0, 0);
  return canvas;
};

/** Width left of the cells for the labels of the offsets, in pixels. */
const LEFT = 56;
const BOTTOM = 18;

/** The position of the cells: the size of the whole and of one cell, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

export const layoutOf = ({ rows, columns }: HeatCells, room: number): Layout => {
  const width = Math.max(120, room);
  const height = Math.max(60, Math.min(200, rows * 3)) + BOTTOM;
  return { width, height, x: Math.min(24, (width - LEFT) / columns), y: (height - BOTTOM) / rows };
};

/** The cell at a point of the canvas; for points outside, the nearest cell. */
export const placeAt = ({ rows, columns }: HeatCells, { x, y }: Layout, left: number, top: number): Place => {
  const inside = (value: number, most: number): number => Math.max(0, Math.min(most - 1, Math.floor(value)));
  return { column: inside((left - LEFT) / x, columns), row: rows - 1 - inside(top / y, rows) };
};

const offset = ({ rows }: Pick<HeatCells, 'rows'>, row: number): string => `${Math.round((row * 1000) / rows)} ms`;

/** A time in words: whole seconds since the first sample's second, and the subsecond offset. */
const when = (cells: Pick<HeatCells, 'rows'>, { column, row }: Place): string => `${column} s + ${offset(cells, row)}`;

/** A selection in words. */
export const saidRange = (cells: Pick<HeatCells, 'rows'>, { first, last, shape }: Selection): string => {
  if (shape === 'time') return `${when(cells, first)} to ${when(cells, { ...last, row: last.row + 1 })}`;
  const [low, high] = [Math.min(first.row, last.row), Math.max(first.row, last.row) + 1];
  const [left, right] = [Math.min(first.column, last.column), Math.max(first.column, last.column)];
  return `${offset(cells, low)} to ${offset(cells, high)} of seconds ${left} to ${right}`;
};

/** A cell in words, with its samples. */
export const saidCell = (cells: HeatCells, at: Place): string => {
  const samples = cells.counts[at.column * cells.rows + at.row] ?? 0;
  const upper = offset(cells, at.row + 1);
  return `${when(cells, at)} to ${upper}: ${count(samples)} ${samples === 1 ? 'sample' : 'samples'}`;
};

export const drawCells = (
  context: CanvasRenderingContext2D,
  { rows, columns }: HeatCells,
  { width, height, x, y }: Layout,
  pixels: OffscreenCanvas,
  theme: Theme,
): void => {
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  context.drawImage(pixels, LEFT, 0, columns * x, rows * y);
  context.strokeStyle = theme.line;
  context.strokeRect(LEFT - 0.5, 0.5, columns * x + 1, rows * y);
};

export const drawAxes = (
  context: CanvasRenderingContext2D,
  cells: HeatCells,
  { width, x, y }: Layout,
  { muted }: Theme,
): void => {
  const { rows, columns } = cells;
  context.fillStyle = muted;
  context.font = '11px Inter, system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const row of [0, rows / 2, rows])
    context.fillText(offset(cells, row), LEFT - 4, Math.max(6, (rows - row) * y - (row === 0 ? 5 : 0)));
  context.textAlign = 'center';
  const below = rows * y + BOTTOM / 2 + 1;
  for (let column = 0; column < columns; column += Math.max(1, Math.ceil(70 / x)))
    context.fillText(`${column} s`, Math.min(width - 16, LEFT + (column + 0.5) * x), below);
  context.textAlign = 'left';
};

/** Draws the cursor and the selection. */
export const drawMarks = (
  context: CanvasRenderingContext2D,
  { rows }: HeatCells,
  { x, y }: Layout,
  { focus, dark }: Theme,
  { cursor, selection }: { readonly cursor: Place; readonly selection: Selection | undefined },
): void => {
  context.strokeStyle = focus;
  context.lineWidth = 1.5;
  context.strokeRect(LEFT + cursor.column * x, (rows - 1 - cursor.row) * y, Math.max(2, x), Math.max(2, y));
  if (selection === undefined) return;
  context.fillStyle = dark ? 'rgba(121,184,255,0.35)' : 'rgba(5,80,174,0.28)';
  for (const [column, low, high] of bands(selection, rows))
    context.fillRect(LEFT + column * x, (rows - 1 - high) * y, Math.max(1, x), (high - low + 1) * y);
};

/** The columns of a selection with their lowest and highest row. */
const bands = ({ first, last, shape }: Selection, rows: number): [number, number, number][] => {
  const [left, right] = [Math.min(first.column, last.column), Math.max(first.column, last.column)];
  const out: [number, number, number][] = [];
  for (let column = left; column <= right; column++) {
    if (shape === 'block') out.push([column, Math.min(first.row, last.row), Math.max(first.row, last.row)]);
    else out.push([column, column === first.column ? first.row : 0, column === last.column ? last.row : rows - 1]);
  }
  return out;
};
