import type { Theme } from '../theme.ts';
import { changeColour, frameColours, HIT } from './colour.ts';
import type { Frames } from './model.ts';

export const ROW = 18;
const CHAR = 6.4;
const FONT = '11.5px Inter, system-ui, "DejaVu Sans", sans-serif';

/** Which part of the frames is visible, and how it is drawn. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Scroll offset from the top, in pixels. */
  readonly scroll: number;
  /** The frame that fills the width (zoom); 0: the root. */
  readonly focus: number;
  /** The frame with the focus of keyboard or pointer; -1: none. */
  readonly at: number;
  /** Draw the root at the top (icicle). */
  readonly icicle: boolean;
  readonly hit: Uint8Array | undefined;
  readonly theme: Theme;
}

/** The top edge of the row of a depth, in the whole graph. */
export const rowTop = (frames: Frames, icicle: boolean, depth: number, height: number): number =>
  icicle ? depth * ROW : Math.max(height, frames.rows * ROW) - (depth + 1) * ROW;

interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly frames: Frames;
  readonly view: Viewport;
  readonly fill: (i: number) => string;
}

const box = ({ context, frames, view, fill }: Pen, i: number, x: number, width: number, top: number): void => {
  context.fillStyle = view.hit?.[i] === 1 ? HIT : fill(i);
  const gap = width > 3 ? 1 : 0;
  context.fillRect(x, top, Math.max(1, width - gap), ROW - 1);
  const room = Math.floor((width - 6) / CHAR);
  if (room >= 2) {
    const name = frames.names[frames.name[i] ?? 0] ?? '';
    context.fillStyle = '#1b1f24';
    context.fillText(name.length <= room ? name : `${name.slice(0, room - 1)}…`, x + 3, top + ROW / 2);
  }
  if (i === view.at) {
    context.strokeStyle = view.theme.text;
    context.lineWidth = 1.5;
    context.strokeRect(x + 0.75, top + 0.75, Math.max(2, width - 2.5), ROW - 2.5);
  }
};

/** Frames that were left out of the payload, as one grey block above their caller. */
const leftOut = ({ context, frames, view }: Pen, i: number, x: number, width: number, top: number): void => {
  context.fillStyle = view.theme.line;
  context.fillRect(x, top + 3, width - 1, ROW - 7);
  if (width < 90) return;
  context.fillStyle = view.theme.muted;
  const weight = (frames.x[i] ?? 0) + (frames.total[i] ?? 0) - (frames.filled[i] ?? 0);
  context.fillText(`small frames: ${Math.round(weight).toLocaleString('en-US')}`, x + 3, top + ROW / 2);
};

const filler = (frames: Frames): ((i: number) => string) => {
  const { change, sure } = frames;
  if (change === undefined) {
    const colours = frameColours();
    return (i) => colours(frames.kind[i] ?? 0, frames.names[frames.name[i] ?? 0] ?? '');
  }
  const most = change.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return (i) => changeColour(change[i] ?? 0, most, sure?.[i] === 1);
};

/**
 * Draws the zoomed frame and its callees. Frames narrower than a third of a pixel are skipped, and each pixel of a row
 * is drawn at most once.
 */
const drawBelow = (pen: Pen, topOf: (depth: number) => number, seen: (top: number) => boolean): void => {
  const { frames, view } = pen;
  const scale = view.width / (frames.total[view.focus] || 1);
  const origin = frames.x[view.focus] ?? 0;
  const drawn = new Float64Array(frames.rows + 1).fill(-1);
  const last = frames.end[view.focus] ?? frames.size;
  for (let i = view.focus; i < last;) {
    const width = (frames.total[i] ?? 0) * scale;
    const x = ((frames.x[i] ?? 0) - origin) * scale;
    const depth = frames.depth[i] ?? 0;
    const pixel = Math.floor(x + width);
    if (width < 1 && pixel <= (drawn[depth] ?? -1)) {
      i = width < 0.34 ? (frames.end[i] ?? i + 1) : i + 1;
      continue;
    }
    drawn[depth] = pixel;
    const top = topOf(depth);
    if (seen(top)) box(pen, i, x, width, top);
    const gap = ((frames.x[i] ?? 0) + (frames.total[i] ?? 0) - (frames.filled[i] ?? 0)) * scale;
    if (gap >= 3 && seen(topOf(depth + 1)))
      leftOut(pen, i, ((frames.filled[i] ?? 0) - origin) * scale, gap, topOf(depth + 1));
    i = width < 0.34 ? (frames.end[i] ?? i + 1) : i + 1;
  }
};

/** Draws frames into a context that is cleared and scaled to CSS pixels. */
export const paint = (context: CanvasRenderingContext2D, frames: Frames, view: Viewport): void => {
  context.fillStyle = view.theme.background;
  context.fillRect(0, 0, view.width, view.height);
  context.font = FONT;
  context.textBaseline = 'middle';
  if (frames.size === 0 || (frames.total[0] ?? 0) === 0) {
    context.fillStyle = view.theme.muted;
    context.fillText('No samples here.', 8, ROW);
    return;
  }
  const pen: Pen = { context, frames, view, fill: filler(frames) };
  const topOf = (depth: number): number => rowTop(frames, view.icicle, depth, view.height) - view.scroll;
  const seen = (top: number): boolean => top > -ROW && top < view.height;
  context.globalAlpha = 0.55;
  for (let up = frames.parent[view.focus] ?? -1; up >= 0; up = frames.parent[up] ?? -1) {
    const top = topOf(frames.depth[up] ?? 0);
    if (seen(top)) box(pen, up, 0, view.width, top);
  }
  context.globalAlpha = 1;
  drawBelow(pen, topOf, seen);
};

/** The frame at a point of the canvas; -1: none. */
export const frameAt = (frames: Frames, view: Viewport, x: number, y: number): number => {
  const line = (y + view.scroll) / ROW;
  const rows = Math.max(view.height, frames.rows * ROW) / ROW;
  const depth = Math.floor(view.icicle ? line : rows - line);
  if (frames.size === 0 || depth < 0) return -1;
  const focusDepth = frames.depth[view.focus] ?? 0;
  if (depth <= focusDepth) {
    let up = view.focus;
    while ((frames.depth[up] ?? 0) > depth) up = frames.parent[up] ?? 0;
    return up;
  }
  const value = (frames.x[view.focus] ?? 0) + (x / view.width) * (frames.total[view.focus] ?? 0);
  let at = view.focus;
  while ((frames.depth[at] ?? 0) < depth) {
    let next = -1;
    for (let i = at + 1; i < (frames.end[at] ?? 0); i = frames.end[i] ?? frames.size) {
      if (value >= (frames.x[i] ?? 0) && value < (frames.x[i] ?? 0) + (frames.total[i] ?? 0)) {
        next = i;
        break;
      }
    }
    if (next < 0) return -1;
    at = next;
  }
  return at;
};
