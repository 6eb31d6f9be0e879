import { button, count, drawnIn, element, prepare } from '../dom.ts';
import type { Theme } from '../theme.ts';
import type { Selection } from './grid.ts';
import {
  cellColour,
  drawAxes,
  drawCells,
  drawMarks,
  layoutOf,
  legendSteps,
  picture,
  placeAt,
  saidCell,
  saidRange,
  type HeatCells,
  type Place,
} from './heat-picture.ts';

export interface Heatmap {
  readonly root: HTMLElement;
  setTheme(theme: Theme): void;
  /** Clears the selection. */
  clear(): void;
  redraw(): void;
}

/** A selection from one corner to another, in order of time. */
const between = ({ rows }: HeatCells, a: Place, b: Place, block: boolean): Selection => {
  const [first, last] = a.column * rows + a.row <= b.column * rows + b.row ? [a, b] : [b, a];
  return { first, last, shape: block ? 'block' : 'time' };
};

/** State: the selection and the cursor. */
interface Chosen {
  selection: Selection | undefined;
  cursor: Place;
  /** The first corner while a selection is being made. */
  anchor: Place | undefined;
}

/** Sets the selection; `final`: the user has finished it. */
type Set = (next: Selection | undefined, final: boolean) => void;

interface Pointing {
  readonly set: Set;
  /** The cell under the pointer, if any. */
  readonly point: (at: Place | undefined) => void;
  readonly redraw: () => void;
  readonly room: () => number;
}

const listenToPointer = (
  canvas: HTMLCanvasElement,
  cells: HeatCells,
  chosen: Chosen,
  { set, point, redraw, room }: Pointing,
): void => {
  const at = (event: PointerEvent): Place => {
    const { left, top } = canvas.getBoundingClientRect();
    return placeAt(cells, layoutOf(cells, room()), event.clientX - left, event.clientY - top);
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    chosen.anchor = chosen.cursor = at(event);
    redraw();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (chosen.anchor !== undefined && event.buttons > 0)
      set(between(cells, chosen.anchor, at(event), event.shiftKey), false);
    else point(at(event));
  });
  canvas.addEventListener('pointerleave', () => {
    point(undefined);
  });
  canvas.addEventListener('pointerup', (event) => {
    if (chosen.anchor !== undefined) set(between(cells, chosen.anchor, at(event), event.shiftKey), true);
    chosen.anchor = undefined;
  });
};

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

const listenToKeys = (
  canvas: HTMLCanvasElement,
  cells: HeatCells,
  chosen: Chosen,
  { set, moved }: { readonly set: Set; readonly moved: () => void },
): void => {
  const walk = ([right, up]: readonly [number, number], block: boolean): void => {
    const { column, row } = chosen.cursor;
    chosen.cursor = {
      column: Math.max(0, Math.min(cells.columns - 1, column + right)),
      row: Math.max(0, Math.min(cells.rows - 1, row + up)),
    };
    if (chosen.anchor !== undefined) set(between(cells, chosen.anchor, chosen.cursor, block), false);
    moved();
  };
  canvas.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step !== undefined) walk(step, event.shiftKey);
    else if (event.key === 'Enter' && chosen.anchor === undefined) chosen.anchor = chosen.cursor;
    else if (event.key === 'Enter' && chosen.anchor !== undefined) {
      set(between(cells, chosen.anchor, chosen.cursor, event.shiftKey), true);
      chosen.anchor = undefined;
    } else if (event.key === 'Escape') {
      chosen.anchor = undefined;
      set(undefined, true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
};

/** Describes the selection, or how to select. */
const said = (cells: HeatCells, selection: Selection | undefined): string => {
  if (selection !== undefined) return saidRange(cells, selection);
  const idle = cells.idle > 0 ? ` ${count(cells.idle)} samples of idle CPUs are left out.` : '';
  return `Drag to select a time range; Shift-drag selects the same part of several seconds.${idle}`;
};

const LABEL =
  'Heat map of samples by second (x) and offset within the second (y). Arrow keys move, Enter sets a corner of the selection, Escape clears it.';

/** The legend: colours and their counts. */
const legendOf = (cells: HeatCells): { readonly root: HTMLElement; dress(theme: Theme): void } => {
  const steps = legendSteps(cells);
  const swatches = steps.map(() => element('i'));
  const words = steps.map(({ text }, i) => element('span', {}, swatches[i] ?? '', text));
  return {
    root: element('div', { class: 'legend' }, 'Samples per cell:', ...words),
    dress: (theme) => {
      steps.forEach(({ value }, i) => {
        const swatch = swatches[i];
        if (swatch !== undefined) swatch.style.background = cellColour(value, cells, theme);
      });
    },
  };
};

/**
 * Heat map: seconds since the first sample on the x axis, subsecond offset on the y axis, colour by samples. Dragging
 * selects a time range, Shift-dragging the same part of several seconds; arrow keys and Enter do the same.
 */
export const heatmap = (cells: HeatCells, chose: (selection: Selection | undefined) => void): Heatmap => {
  const canvas = element('canvas', { tabindex: '0', role: 'application', 'aria-label': LABEL });
  const note = element('span', { class: 'note', role: 'status' });
  const deselect = (): void => {
    set(undefined, true);
  };
  const clear = button('Clear selection', deselect);
  const legend = legendOf(cells);
  const root = element('div', { class: 'heat' }, canvas, legend.root, element('div', { class: 'bar' }, note, clear));
  const chosen: Chosen = { selection: undefined, cursor: { column: 0, row: 0 }, anchor: undefined };
  let theme: Theme | undefined;
  let pixels: OffscreenCanvas | undefined;
  const room = (): number => root.clientWidth;
  const redraw = drawnIn(root, (width) => {
    if (theme === undefined) return;
    const layout = layoutOf(cells, width);
    const context = prepare(canvas, layout.width, layout.height);
    drawCells(context, cells, layout, (pixels ??= picture(cells, theme)), theme);
    drawAxes(context, cells, layout, theme);
    drawMarks(context, cells, layout, theme, chosen);
  });
  const set: Set = (next, final) => {
    chosen.selection = next;
    clear.hidden = next === undefined;
    redraw();
    if (!final) return;
    note.textContent = said(cells, next);
    chose(next);
  };
  const tell = (at: Place | undefined): void => {
    note.textContent = at === undefined ? said(cells, chosen.selection) : saidCell(cells, at);
  };
  const moved = (): void => {
    tell(chosen.cursor);
    redraw();
  };
  listenToPointer(canvas, cells, chosen, { set, point: tell, redraw, room });
  listenToKeys(canvas, cells, chosen, { set, moved });
  return {
    root,
    setTheme(next) {
      theme = next;
      pixels = undefined;
      legend.dress(next);
      redraw();
    },
    clear: deselect,
    redraw,
  };
};
