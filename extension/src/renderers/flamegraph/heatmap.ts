import { button, count, element, onFrame, prepare } from '../dom.ts';
import type { Theme } from '../theme.ts';
import type { Selection } from './grid.ts';
import {
  drawAxes,
  drawCells,
  drawMarks,
  layoutOf,
  offset,
  picture,
  placeAt,
  type HeatCells,
  type Place,
} from './heat-picture.ts';

export interface Heatmap {
  readonly root: HTMLElement;
  setTheme(theme: Theme): void;
  /** Takes the selection away. */
  clear(): void;
  redraw(): void;
}

/** From one corner to another, in the order of time. */
const between = ({ rows }: HeatCells, a: Place, b: Place, block: boolean): Selection => {
  const [first, last] = a.column * rows + a.row <= b.column * rows + b.row ? [a, b] : [b, a];
  return { first, last, shape: block ? 'block' : 'time' };
};

/** What is selected and where the cursor is. */
interface Chosen {
  selection: Selection | undefined;
  cursor: Place;
  /** The first corner while a selection is made. */
  anchor: Place | undefined;
}

/** Sets the selection; `final`: it is made, not only on its way. */
type Set = (next: Selection | undefined, final: boolean) => void;

const listenToPointer = (
  canvas: HTMLCanvasElement,
  cells: HeatCells,
  chosen: Chosen,
  { set, redraw, room }: { readonly set: Set; readonly redraw: () => void; readonly room: () => number },
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

const when = (cells: HeatCells, { column, row }: Place): string => `${cells.start + column} s + ${offset(cells, row)}`;

/** What is selected, or how to select. */
const said = (cells: HeatCells, selection: Selection | undefined): string => {
  if (selection !== undefined) {
    const { first, last } = selection;
    return `${when(cells, first)} to ${when(cells, { ...last, row: last.row + 1 })}`;
  }
  const idle = cells.idle > 0 ? ` ${count(cells.idle)} samples of idle CPUs are left out.` : '';
  return `Drag to pick a time, with Shift a block.${idle}`;
};

const LABEL = 'Samples by second and offset within the second. Arrow keys move, Enter marks a corner, Escape clears.';

/**
 * Seconds from left to right, the offset within the second from bottom to top, colour by samples. Dragging selects the time
 * from one cell to another, with Shift a block; arrows and Enter do the same from the keyboard.
 */
export const heatmap = (cells: HeatCells, chose: (selection: Selection | undefined) => void): Heatmap => {
  const canvas = element('canvas', { tabindex: '0', role: 'application', 'aria-label': LABEL });
  const note = element('span', { class: 'note', role: 'status' });
  const clear = button('Clear selection', () => {
    set(undefined, true);
  });
  const root = element('div', { class: 'heat' }, canvas, element('div', { class: 'bar' }, note, clear));
  const chosen: Chosen = { selection: undefined, cursor: { column: 0, row: 0 }, anchor: undefined };
  let theme: Theme | undefined;
  let pixels: OffscreenCanvas | undefined;
  const room = (): number => root.clientWidth;
  const redraw = onFrame(() => {
    if (theme === undefined) return;
    const layout = layoutOf(cells, room());
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
  const moved = (): void => {
    const { column, row } = chosen.cursor;
    note.textContent = `${when(cells, chosen.cursor)}: ${count(cells.counts[column * cells.rows + row] ?? 0)} samples`;
    redraw();
  };
  listenToPointer(canvas, cells, chosen, { set, redraw, room });
  listenToKeys(canvas, cells, chosen, { set, moved });
  new ResizeObserver(redraw).observe(root);
  return {
    root,
    setTheme(next) {
      theme = next;
      pixels = undefined;
      redraw();
    },
    clear: () => {
      set(undefined, true);
    },
    redraw,
  };
};
