import { drawnIn, element, prepare } from '../dom.ts';
import type { Theme } from '../theme.ts';
import { moved } from './keys.ts';
import type { Frames } from './model.ts';
import { frameAt, paint, ROW, rowTop, type Viewport } from './paint.ts';

export interface FlameCanvasEvents {
  /** The frame at the pointer or keyboard focus; -1: none. */
  readonly pointed: (i: number, by: 'pointer' | 'keyboard') => void;
  readonly zoomed: (i: number) => void;
}

/** A flame graph on a canvas in a scrolling box: click or Enter zooms, arrow keys move, Escape resets. */
export interface FlameCanvas {
  readonly root: HTMLElement;
  show(frames: Frames): void;
  zoom(i: number): void;
  highlight(hit: Uint8Array | undefined): void;
  readonly setIcicle: (icicle: boolean) => void;
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

const plainTheme: Theme = {
  dark: false,
  background: '#fff',
  text: '#000',
  muted: '#555',
  line: '#ccc',
  focus: '#00f',
};

/** What is drawn: the frames and the state of the view. */
const flameState = (root: HTMLElement, tallest: number) => {
  const state = { focus: 0, at: -1, icicle: false, hit: undefined as Uint8Array | undefined, theme: plainTheme };
  return Object.assign(state, {
    frames: none,
    /** Until the user scrolls, keep the root visible, even if the element gets its size later. */
    atRoot: true,
    viewport(): Viewport {
      const { focus, at, icicle, hit, theme } = state;
      const width = Math.max(50, root.clientWidth);
      const height = Math.max(ROW, Math.min(tallest, this.frames.rows * ROW));
      return { focus, at, icicle, hit, theme, width, height, scroll: root.scrollTop };
    },
  });
};

type State = ReturnType<typeof flameState>;

const drawing = (root: HTMLElement, space: HTMLElement, canvas: HTMLCanvasElement, state: State) =>
  drawnIn(root, () => {
    const seen = state.viewport();
    space.style.height = `${Math.max(ROW, state.frames.rows * ROW)}px`;
    root.style.height = `${seen.height}px`;
    if (state.atRoot) root.scrollTop = state.icicle ? 0 : root.scrollHeight;
    paint(prepare(canvas, seen.width, seen.height), state.frames, { ...seen, scroll: root.scrollTop });
  });

/** Scrolls until a frame is visible. */
const reveal = (root: HTMLElement, state: State, i: number): void => {
  const top = rowTop(state.frames, state.icicle, state.frames.depth[i] ?? 0, root.clientHeight);
  state.atRoot = false;
  if (top < root.scrollTop) root.scrollTop = top;
  else if (top + ROW > root.scrollTop + root.clientHeight) root.scrollTop = top + ROW - root.clientHeight;
};

/** Translates pointer and keyboard events to frames that get the focus or are zoomed to. */
const listen = (
  canvas: HTMLCanvasElement,
  state: State,
  point: FlameCanvasEvents['pointed'],
  zoom: (i: number) => void,
): void => {
  const under = (event: MouseEvent): number => {
    const bounds = canvas.getBoundingClientRect();
    return frameAt(state.frames, state.viewport(), event.clientX - bounds.left, event.clientY - bounds.top);
  };
  canvas.addEventListener('pointermove', (event) => {
    point(under(event), 'pointer');
  });
  canvas.addEventListener('pointerleave', () => {
    point(-1, 'pointer');
  });
  canvas.addEventListener('click', (event) => {
    const i = under(event);
    if (i >= 0) zoom(i);
  });
  canvas.addEventListener('keydown', (event) => {
    const at = state.at < 0 ? state.focus : state.at;
    const to = moved(event.key, state.frames, at, state.icicle);
    if (to !== undefined) point(to, 'keyboard');
    else if (event.key === 'Enter') zoom(at);
    else if (event.key === 'Escape') {
      zoom(0);
      point(-1, 'keyboard');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
};

export const flameCanvas = (label: string, events: FlameCanvasEvents, tallest = 560): FlameCanvas => {
  const canvas = element('canvas', { tabindex: '0', role: 'application', 'aria-label': label });
  const space = element('div', { class: 'space' }, canvas);
  const root = element('div', { class: 'flame' }, space);
  const state = flameState(root, tallest);
  const redraw = drawing(root, space, canvas, state);
  const change = (part: Partial<State>): void => {
    Object.assign(state, part);
    redraw();
  };
  const point: FlameCanvasEvents['pointed'] = (i, by) => {
    if (i === state.at && by === 'pointer') return;
    change({ at: i });
    if (by === 'keyboard' && i >= 0) reveal(root, state, i);
    events.pointed(i, by);
  };
  const zoom = (i: number): void => {
    const focus = Math.max(0, Math.min(state.frames.size - 1, i));
    change({ focus, at: i });
    events.zoomed(focus);
  };
  listen(canvas, state, point, zoom);
  root.addEventListener('scroll', redraw);
  const scrolled = (): void => {
    state.atRoot = false;
  };
  for (const kind of ['wheel', 'pointerdown', 'touchmove'] as const)
    root.addEventListener(kind, scrolled, { passive: true });
  return {
    root,
    show: (frames) => {
      change({ frames, focus: 0, at: -1, hit: undefined, atRoot: true });
    },
    zoom,
    highlight: (hit) => {
      change({ hit });
    },
    setIcicle: (icicle) => {
      change({ icicle, atRoot: true });
    },
    setTheme: (theme) => {
      change({ theme });
    },
    redraw,
  };
};
