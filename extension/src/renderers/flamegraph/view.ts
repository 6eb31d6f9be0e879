import type { FlamegraphPayload } from '../../../../src/lib/mime.ts';
import { button, count, cutPart, element, percent } from '../dom.ts';
import { css } from '../style.ts';
import { themeOf, watchTheme, type Theme } from '../theme.ts';
import { flameCanvas } from './canvas.ts';
import { saySelection } from './describe.ts';
import type { Selection } from './grid.ts';
import { saidRange } from './heat-picture.ts';
import { matches, payloadFrames, type Frames } from './model.ts';
import { gridPart, sandwichPart, tablePart, type Shown } from './panels.ts';
import { detailsPart, legend, searchPart, toggle, warningsPart } from './parts.ts';

export interface ViewOptions {
  /** Draw the root at the top at first. */
  readonly icicle?: boolean;
}

/** A flame graph in a page: redrawn when its data changes, removed by `dispose`. */
export interface FlamegraphView {
  show(payload: FlamegraphPayload): void;
  dispose(): void;
}

const pruned = ({ pruned: { under, frames, self }, unit, how }: FlamegraphPayload): string => {
  const limit = `${Number((under * 100).toPrecision(3))} %`;
  const left = `${count(frames)} frames under ${limit} are not drawn; their ${count(self)} ${unit} stay in their callers.`;
  return `${frames === 0 ? 'All frames are shown.' : left} ${how ?? ''}`;
};

/** The graph, or in its place the callers and callees of the frame that it is zoomed to. */
const graphPart = (shown: Shown, tell: ReturnType<typeof detailsPart>['tell']) => {
  let focus = 0;
  const zoomed = (i: number): void => {
    focus = i;
    reset.hidden = around.hidden = i === 0;
  };
  const label = 'Flame graph. Arrow keys move between frames, Enter zooms, Escape shows everything.';
  const main = flameCanvas(label, { pointed: tell(() => shown.frames), zoomed });
  const whole = (): void => {
    sandwich.root.hidden = true;
    main.root.hidden = false;
    main.redraw();
  };
  const sandwich = sandwichPart(tell, whole);
  const reset = button('Reset zoom', () => {
    main.zoom(0);
  });
  const around = button('Callers and callees', () => {
    main.root.hidden = true;
    sandwich.show(shown.frames, focus);
  });
  return {
    main,
    buttons: [reset, around],
    roots: [main.root, sandwich.root],
    canvases: [main, ...sandwich.canvases],
    show(frames: Frames): void {
      zoomed(0);
      whole();
      main.show(frames);
    },
  };
};

const card = (
  { title, warnings, cut }: FlamegraphPayload,
  say: HTMLElement,
  ...below: readonly (Node | undefined)[]
): HTMLElement =>
  element(
    'div',
    { class: 'card' },
    ...cutPart(cut),
    element('h2', {}, title),
    say,
    ...warningsPart(warnings),
    ...below.filter((part) => part !== undefined),
  );

const build = (
  shadow: ShadowRoot,
  payload: FlamegraphPayload,
  signal: AbortSignal,
  { icicle = false }: ViewOptions,
) => {
  const whole = payloadFrames(payload);
  const shown: Shown = { frames: whole, selection: undefined };
  const details = detailsPart(payload.unit);
  const graph = graphPart(shown, details.tell);
  const search = searchPart((term) => {
    const found = term === '' ? undefined : matches(shown.frames, term);
    graph.main.highlight(found?.hit);
    return found === undefined ? '' : `matched: ${percent(found.share)}`;
  });
  const table = tablePart(payload, shown, search.only);
  const words = element('div');
  const say = element('p', { class: 'say' });
  const show = (frames: Frames, selection: Selection | undefined): void => {
    Object.assign(shown, { frames, selection });
    graph.show(frames);
    details.clear();
    say.textContent =
      selection === undefined || payload.grid === undefined
        ? payload.say
        : saySelection(frames, whole.total[0] ?? 0, saidRange(payload.grid, selection));
    words.replaceChildren(legend(frames.change !== undefined));
    search.run();
    table.fill();
  };
  const grid = gridPart(payload, (frames, selection) => {
    show(frames ?? whole, selection);
    details.live.textContent = `${count(shown.frames.total[0] ?? 0)} samples shown`;
  });
  const turn = toggle('Root on top', graph.main.setIcicle, icicle);
  const between = element('span', { class: 'grow' });
  const bar = element('div', { class: 'bar' }, ...search.parts, ...graph.buttons, between, turn, table.press);
  const how = element('p', { class: 'how' }, pruned(payload));
  const below = [grid?.root, bar, words, ...graph.roots, details.root, table.root, how, details.live];
  shadow.replaceChildren(element('style', {}, css), card(payload, say, ...below));
  const dress = (theme: Theme): void => {
    shadow.host.classList.toggle('dark', theme.dark);
    for (const part of [...graph.canvases, ...(grid === undefined ? [] : [grid.map])]) part.setTheme(theme);
  };
  dress(themeOf(document.body));
  watchTheme(document.body, signal, dress);
  graph.main.setIcicle(icicle);
  show(whole, undefined);
  grid?.map.clear();
};

/** Puts a flame graph into an element. `show` may be called again with new data. */
export const flamegraphView = (host: HTMLElement, options: ViewOptions = {}): FlamegraphView => {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  let life = new AbortController();
  return {
    show(payload) {
      life.abort();
      life = new AbortController();
      build(shadow, payload, life.signal, options);
    },
    dispose() {
      life.abort();
      shadow.replaceChildren();
    },
  };
};
