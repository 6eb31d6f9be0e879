import type { TooltipRow } from './tooltip.ts';

/** A position in a plot: one of its `stops` in one of its panels. */
export interface Stop {
  readonly stop: number;
  readonly panel: number;
}

/** A plot drawn at a given width. */
export interface Drawn {
  readonly root: SVGElement;
  readonly height: number;
  /** How many positions the arrow keys move through. */
  readonly stops: number;
  /** The position at a point of the SVG. */
  at(x: number, y: number): Stop | undefined;
  /** Marks a position; returns its values and where to show the tooltip. */
  point(at: Stop): { readonly heading: string; readonly rows: readonly TooltipRow[]; readonly x: number };
  leave(): void;
}

/** A kind of plot, redrawn for each width. */
export interface PlotView {
  readonly legend: HTMLElement | undefined;
  draw(width: number): Drawn;
}
