import type { TooltipRow } from './tooltip.ts';

/** A place of a plot that can be pointed at: one of its `stops`, in one of its panels. */
export interface Stop {
  readonly stop: number;
  readonly panel: number;
}

/** A plot drawn at a width. */
export interface Drawn {
  readonly root: SVGElement;
  readonly height: number;
  /** How many places the arrow keys go through. */
  readonly stops: number;
  /** The place at a point of the picture. */
  at(x: number, y: number): Stop | undefined;
  /** Marks a place; what is there, and where a tooltip belongs. */
  point(at: Stop): { readonly heading: string; readonly rows: readonly TooltipRow[]; readonly x: number };
  leave(): void;
}

/** One kind of plot, drawn anew for each width. */
export interface PlotView {
  readonly legend: HTMLElement | undefined;
  draw(width: number): Drawn;
}
