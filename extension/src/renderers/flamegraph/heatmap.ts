import { button, count, element, onFrame, prepare } from '../dom.ts';
import type { Theme } from '../theme.ts';
import type { Selection } from './grid.ts';

/** What the heat map needs of a grid. */
export interface HeatCells {
  readonly rows: number;
  readonly columns: number;
  readonly start: number;
  readonly counts: ArrayLike<number>;
  readonly idle: number;
}

export interface Heatmap {
  readonly root: HTMLElement;
  setTheme(theme: Theme): void;
  /** Takes the selection away. */
  clear(): void;
  redraw(): void;
}

/** Cividis in nine steps: even in lightness, and the same to eyes that tell red from green and to those that do not. */
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

const LEFT = 56;
const BOTTOM = 18;

/** The count that gets the strongest colour: one cell in a hundred may have more, so that a hot one does not pale the rest. */
const full = ({ counts }: HeatCells): number => {
  const some = Array.from(counts)
    .filter((count) => count > 0)
    .sort((a, b) => a - b);
  return some[Math.floor(some.length * 0.99)] ?? 1;
};

/** One pixel a cell; scaled up when it is drawn. Dark is little on a dark page and much on a light one. */
const picture = (cells: HeatCells, theme: Theme): OffscreenCanvas => {
  const canvas = new OffscreenCanvas(Math.max(1, cells.columns), cells.rows);
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const image = context.createImageData(canvas.width, canvas.height);
  const most = full(cells);
  for (let cell = 0; cell < cells.rows * cells.columns; cell++) {
    const value = cells.counts[cell] ?? 0;
    const column = Math.floor(cell / cells.rows);
    const at = ((cells.rows - 1 - (cell % cells.rows)) * canvas.width + column) * 4;
    const share = value === 0 ? 0 : 0.12 + 0.88 * Math.min(1, value / most);
    const [r, g, b] =
      value === 0 ? (theme.dark ? [22, 25, 29] : [255, 255, 255]) : colourAt(theme.dark ? share : 1 - share);
    image.data.set([r, g, b, 255], at);
  }
  context.putImageData(image, 0, 0);
  return canvas;
};

/**
 * Seconds from left to right, the offset within the second from bottom to top, colour by samples. Dragging selects the time
 * from one cell to another, with Shift a block; arrows and Enter do the same from the keyboard.
 */
export const heatmap = (cells: HeatCells, chosen: (selection: Selection | undefined) => void): Heatmap => {
  const canvas = element('canvas', {
    tabindex: '0',
    role: 'application',
    'aria-label':
      'Samples by second and offset within the second. Arrow keys move, Enter marks a corner, Escape clears.',
  });
  const note = element('span', { class: 'note', role: 'status' });
  const clear = button('Clear selection', () => set(undefined, true));
  const root = element('div', { class: 'heat' }, canvas, element('div', { class: 'bar' }, note, clear));
  let theme: Theme | undefined;
  let pixels: OffscreenCanvas | undefined;
  let selection: Selection | undefined;
  let cursor = { column: 0, row: 0 };
  let anchor: { column: number; row: number } | undefined;
  const size = (): { width: number; height: number } => ({
    width: Math.max(120, root.clientWidth),
    height: Math.max(60, Math.min(200, cells.rows * 3)) + BOTTOM,
  });
  const scale = (): { x: number; y: number } => {
    const { width, height } = size();
    return { x: Math.min(24, (width - LEFT) / cells.columns), y: (height - BOTTOM) / cells.rows };
  };
  const offset = (row: number): string => `${Math.round((row * 1000) / cells.rows)} ms`;
  const when = ({ column, row }: { column: number; row: number }): string =>
    `${cells.start + column} s + ${offset(row)}`;
  const redraw = onFrame(() => {
    if (theme === undefined) return;
    const { width, height } = size();
    const { x, y } = scale();
    const context = prepare(canvas, width, height);
    context.fillStyle = theme.background;
    context.fillRect(0, 0, width, height);
    pixels ??= picture(cells, theme);
    context.imageSmoothingEnabled = false;
    context.drawImage(pixels, LEFT, 0, cells.columns * x, cells.rows * y);
    context.strokeStyle = theme.line;
    context.strokeRect(LEFT - 0.5, 0.5, cells.columns * x + 1, cells.rows * y);
    axes(context, theme, width);
    mark(context, theme);
  });
  const axes = (context: CanvasRenderingContext2D, { muted }: Theme, width: number): void => {
    const { x, y } = scale();
    context.fillStyle = muted;
    context.font = '11px Inter, system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    for (const row of [0, cells.rows / 2, cells.rows])
      context.fillText(offset(row), LEFT - 4, Math.max(6, (cells.rows - row) * y - (row === 0 ? 5 : 0)));
    context.textAlign = 'center';
    const step = Math.max(1, Math.ceil(70 / x));
    for (let column = 0; column < cells.columns; column += step)
      context.fillText(
        `${cells.start + column} s`,
        Math.min(width - 16, LEFT + (column + 0.5) * x),
        cells.rows * y + BOTTOM / 2 + 1,
      );
    context.textAlign = 'left';
  };
  const mark = (context: CanvasRenderingContext2D, { focus, dark }: Theme): void => {
    const { x, y } = scale();
    context.strokeStyle = focus;
    context.lineWidth = 1.5;
    context.strokeRect(LEFT + cursor.column * x, (cells.rows - 1 - cursor.row) * y, Math.max(2, x), Math.max(2, y));
    if (selection === undefined) return;
    context.fillStyle = dark ? 'rgba(121,184,255,0.35)' : 'rgba(5,80,174,0.28)';
    for (const [column, low, high] of bands(selection, cells.rows))
      context.fillRect(LEFT + column * x, (cells.rows - 1 - high) * y, Math.max(1, x), (high - low + 1) * y);
  };
  const set = (next: Selection | undefined, final: boolean): void => {
    selection = next;
    clear.hidden = next === undefined;
    redraw();
    if (!final) return;
    const idle = cells.idle > 0 ? ` ${count(cells.idle)} samples of idle CPUs are left out.` : '';
    note.textContent =
      next === undefined
        ? `Drag to pick a time, with Shift a block.${idle}`
        : `${when(next.first)} to ${when({ ...next.last, row: next.last.row + 1 })}`;
    chosen(next);
  };
  const ordered = (
    a: { column: number; row: number },
    b: { column: number; row: number },
    block: boolean,
  ): Selection => {
    const [first, last] = a.column * cells.rows + a.row <= b.column * cells.rows + b.row ? [a, b] : [b, a];
    return { first, last, shape: block ? 'block' : 'time' };
  };
  const cellAt = (event: PointerEvent): { column: number; row: number } => {
    const bounds = canvas.getBoundingClientRect();
    const { x, y } = scale();
    const inside = (value: number, most: number): number => Math.max(0, Math.min(most - 1, Math.floor(value)));
    return {
      column: inside((event.clientX - bounds.left - LEFT) / x, cells.columns),
      row: cells.rows - 1 - inside((event.clientY - bounds.top) / y, cells.rows),
    };
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    anchor = cursor = cellAt(event);
    redraw();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (anchor !== undefined && event.buttons > 0) set(ordered(anchor, cellAt(event), event.shiftKey), false);
  });
  canvas.addEventListener('pointerup', (event) => {
    if (anchor !== undefined) set(ordered(anchor, cellAt(event), event.shiftKey), true);
    anchor = undefined;
  });
  canvas.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (step !== undefined) {
      cursor = {
        column: Math.max(0, Math.min(cells.columns - 1, cursor.column + (step[0] ?? 0))),
        row: Math.max(0, Math.min(cells.rows - 1, cursor.row + (step[1] ?? 0))),
      };
      note.textContent = `${when(cursor)}: ${count(cells.counts[cursor.column * cells.rows + cursor.row] ?? 0)} samples`;
      if (anchor !== undefined) set(ordered(anchor, cursor, event.shiftKey), false);
      redraw();
    } else if (event.key === 'Enter' && anchor === undefined) anchor = cursor;
    else if (event.key === 'Enter' && anchor !== undefined) {
      set(ordered(anchor, cursor, event.shiftKey), true);
      anchor = undefined;
    } else if (event.key === 'Escape') {
      anchor = undefined;
      set(undefined, true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  new ResizeObserver(redraw).observe(root);
  return {
    root,
    setTheme(next) {
      theme = next;
      pixels = undefined;
      redraw();
    },
    clear: () => set(undefined, true),
    redraw,
  };
};

/** Columns of a selection with their lowest and highest row. */
const bands = ({ first, last, shape }: Selection, rows: number): [number, number, number][] => {
  const [left, right] = [Math.min(first.column, last.column), Math.max(first.column, last.column)];
  const out: [number, number, number][] = [];
  for (let column = left; column <= right; column++) {
    if (shape === 'block') out.push([column, Math.min(first.row, last.row), Math.max(first.row, last.row)]);
    else out.push([column, column === first.column ? first.row : 0, column === last.column ? last.row : rows - 1]);
  }
  return out;
};
