import { element, onFrame, prepare } from '../dom.ts';
import type { Theme } from '../theme.ts';
import type { Frames } from './model.ts';
import { frameAt, paint, ROW, rowTop, type Viewport } from './paint.ts';

export interface FlameCanvasEvents {
  /** The frame under the pointer or the keyboard; -1: none. */
  readonly pointed: (i: number, by: 'pointer' | 'keyboard') => void;
  readonly zoomed: (i: number) => void;
}

/** A flame graph on a canvas in a scrolled box: zoom by click or Enter, move by arrows, back by Escape. */
export interface FlameCanvas {
  readonly root: HTMLElement;
  show(frames: Frames): void;
  zoom(i: number): void;
  highlight(hit: Uint8Array | undefined): void;
  setIcicle(icicle: boolean): void;
  setTheme(theme: Theme): void;
  redraw(): void;
}

const EMPTY = new Float64Array(0);
const none: Frames = {
  size: 0,
  names: [],
  name: new Int32Array(0),
  kind: new Uint8Array(0),
  depth: new Int32Array(0),
  parent: new Int32Array(0),
  end: new Int32Array(0),
  self: EMPTY,
  total: EMPTY,
  x: EMPTY,
  filled: EMPTY,
  rows: 0,
};

/** The widest frame called by a frame; -1: it calls none. */
const widestChild = (frames: Frames, i: number): number => {
  let best = -1;
  for (let c = i + 1; c < (frames.end[i] ?? 0); c = frames.end[c] ?? frames.size)
    if (best < 0 || (frames.total[c] ?? 0) > (frames.total[best] ?? 0)) best = c;
  return best;
};

/** The frame beside another with the same caller; the frame itself at the edge. */
const beside = (frames: Frames, i: number, step: 1 | -1): number => {
  const up = frames.parent[i] ?? -1;
  if (up < 0) return i;
  let before = i;
  for (let c = up + 1; c < (frames.end[up] ?? 0); c = frames.end[c] ?? frames.size) {
    if (step === 1 && before === -1) return c;
    if (c === i) {
      if (step === -1) return before;
      before = -1;
    } else if (step === -1) before = c;
  }
  return i;
};

export const flameCanvas = (label: string, events: FlameCanvasEvents, tallest = 560): FlameCanvas => {
  const canvas = element('canvas', { tabindex: '0', role: 'application', 'aria-label': label });
  const space = element('div', { class: 'space' }, canvas);
  const root = element('div', { class: 'flame' }, space);
  let frames = none;
  let view: Omit<Viewport, 'width' | 'height' | 'scroll'> = {
    focus: 0,
    at: -1,
    icicle: false,
    hit: undefined,
    theme: { dark: false, background: '#fff', text: '#000', muted: '#555', line: '#ccc', focus: '#00f' },
  };
  const viewport = (): Viewport => ({
    ...view,
    width: Math.max(50, root.clientWidth),
    height: Math.max(ROW, Math.min(tallest, frames.rows * ROW)),
    scroll: root.scrollTop,
  });
  /** Until somebody scrolls, the root stays in sight, also when the box gets its size later. */
  let atRoot = true;
  const redraw = onFrame(() => {
    const seen = viewport();
    space.style.height = `${Math.max(ROW, frames.rows * ROW)}px`;
    root.style.height = `${seen.height}px`;
    if (atRoot) root.scrollTop = view.icicle ? 0 : root.scrollHeight;
    paint(prepare(canvas, seen.width, seen.height), frames, { ...seen, scroll: root.scrollTop });
  });
  const change = (part: Partial<typeof view>): void => {
    view = { ...view, ...part };
    redraw();
  };
  const reveal = (i: number): void => {
    const top = rowTop(frames, view.icicle, frames.depth[i] ?? 0, root.clientHeight);
    atRoot = false;
    if (top < root.scrollTop) root.scrollTop = top;
    else if (top + ROW > root.scrollTop + root.clientHeight) root.scrollTop = top + ROW - root.clientHeight;
  };
  const point = (i: number, by: 'pointer' | 'keyboard'): void => {
    if (i === view.at && by === 'pointer') return;
    change({ at: i });
    if (by === 'keyboard') reveal(i);
    events.pointed(i, by);
  };
  const zoom = (i: number): void => {
    change({ focus: Math.max(0, Math.min(frames.size - 1, i)), at: i });
    events.zoomed(view.focus);
  };
  const pointerFrame = (event: MouseEvent): number => {
    const bounds = canvas.getBoundingClientRect();
    return frameAt(frames, viewport(), event.clientX - bounds.left, event.clientY - bounds.top);
  };
  const moves: Readonly<Record<string, (at: number) => number>> = {
    ArrowUp: (at) => (view.icicle ? (frames.parent[at] ?? -1) : widestChild(frames, at)),
    ArrowDown: (at) => (view.icicle ? widestChild(frames, at) : (frames.parent[at] ?? -1)),
    ArrowLeft: (at) => beside(frames, at, -1),
    ArrowRight: (at) => beside(frames, at, 1),
    Home: () => 0,
  };
  canvas.addEventListener('pointermove', (event) => point(pointerFrame(event), 'pointer'));
  canvas.addEventListener('pointerleave', () => point(-1, 'pointer'));
  canvas.addEventListener('click', (event) => {
    const i = pointerFrame(event);
    if (i >= 0) zoom(i);
  });
  canvas.addEventListener('keydown', (event) => {
    const at = view.at < 0 ? view.focus : view.at;
    const move = moves[event.key];
    if (move !== undefined) point(Math.max(0, move(at) < 0 ? at : move(at)), 'keyboard');
    else if (event.key === 'Enter') zoom(at);
    else if (event.key === 'Escape') zoom(0);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener('scroll', redraw);
  for (const kind of ['wheel', 'pointerdown', 'touchmove'] as const)
    root.addEventListener(kind, () => (atRoot = false), { passive: true });
  new ResizeObserver(redraw).observe(root);
  return {
    root,
    show(next) {
      frames = next;
      view = { ...view, focus: 0, at: -1, hit: undefined };
      atRoot = true;
      redraw();
    },
    zoom,
    highlight: (hit) => change({ hit }),
    setIcicle(icicle) {
      atRoot = true;
      change({ icicle });
    },
    setTheme: (theme) => change({ theme }),
    redraw,
  };
};
