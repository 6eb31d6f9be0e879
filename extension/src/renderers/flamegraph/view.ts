import { FRAME_COLOURS, FRAME_KINDS, type FlamegraphPayload } from '../../../../src/lib/mime.ts';
import { button, count, element, percent } from '../dom.ts';
import { css } from '../style.ts';
import { tableView } from '../table/table.ts';
import { themeOf, watchTheme, type Theme } from '../theme.ts';
import { flameCanvas } from './canvas.ts';
import { describe, kindWord } from './describe.ts';
import { cellRanges, selectFrames, unpackGrid, type GridData, type Selection } from './grid.ts';
import { heatmap } from './heatmap.ts';
import { functionRows, matches, payloadFrames, type Frames } from './model.ts';
import { callees, callers } from './sandwich.ts';
import { changeTable, functionTable, topRows } from './tables.ts';

/** A flame graph in a page: shown again when its data changes, gone with `dispose`. */
export interface FlamegraphView {
  show(payload: FlamegraphPayload): void;
  dispose(): void;
}

const swatch = (colour: string, word: string): HTMLElement => {
  const mark = element('i');
  mark.style.background = colour;
  return element('span', {}, mark, word);
};

const legend = (comparison: boolean): HTMLElement =>
  element(
    'div',
    { class: 'legend' },
    ...(comparison
      ? [
          swatch('#ec7014', 'more than before'),
          swatch('#4292d6', 'less'),
          swatch('#e2e2de', 'the same, or within the noise (pale)'),
        ]
      : FRAME_KINDS.slice(1).map((_, i) => swatch(FRAME_COLOURS[i + 1] ?? '', kindWord(i + 1)))),
  );

const toggle = (label: string, changed: (on: boolean) => void): HTMLButtonElement => {
  const made = button(label, () => {
    const on = made.getAttribute('aria-pressed') !== 'true';
    made.setAttribute('aria-pressed', String(on));
    changed(on);
  });
  made.setAttribute('aria-pressed', 'false');
  return made;
};

/** What is on show now: the whole profile or the chosen cells. */
interface Shown {
  frames: Frames;
  selection: Selection | undefined;
  against: boolean;
}

const build = (shadow: ShadowRoot, payload: FlamegraphPayload, signal: AbortSignal): void => {
  const whole = payloadFrames(payload);
  const shown: Shown = { frames: whole, selection: undefined, against: false };
  const details = element('div', { class: 'details' });
  const live = element('div', { class: 'live', 'aria-live': 'polite' });
  const matched = element('span', { class: 'matched', role: 'status' });
  const search = element('input', {
    type: 'search',
    placeholder: 'Search (regular expression)',
    'aria-label': 'Search functions',
  });
  const tell = (frames: () => Frames) => (i: number, by: 'pointer' | 'keyboard') => {
    if (i < 0) {
      details.replaceChildren();
      return;
    }
    const { name, facts } = describe(frames(), i, payload.unit);
    details.replaceChildren(element('b', {}, name), `\n${facts}`);
    if (by === 'keyboard') live.textContent = `${name}: ${facts}`;
  };
  const sandwich = { up: whole, down: whole };
  const label = 'Flame graph. Arrow keys move between frames, Enter zooms, Escape shows everything.';
  const reset = button('Reset zoom', () => main.zoom(0));
  const about = button(
    'Callers and callees',
    () => around(focus),
    'Everything that calls the chosen function, and all that it calls',
  );
  let focus = 0;
  const main = flameCanvas(label, {
    pointed: tell(() => shown.frames),
    zoomed: (i) => {
      focus = i;
      reset.hidden = about.hidden = i === 0;
    },
  });
  const up = flameCanvas('Callers of the function', { pointed: tell(() => sandwich.up), zoomed: () => undefined }, 260);
  const down = flameCanvas(
    'What the function calls',
    { pointed: tell(() => sandwich.down), zoomed: () => undefined },
    260,
  );
  down.setIcicle(true);
  reset.hidden = about.hidden = true;
  const around2 = element('p', { class: 'note' });
  const sides = element(
    'div',
    { class: 'sandwich' },
    around2,
    up.root,
    down.root,
    button('Back to the whole graph', () => lay(false)),
  );
  const lay = (around: boolean): void => {
    sides.hidden = !around;
    main.root.hidden = around;
    for (const part of [main, up, down]) part.redraw();
  };
  const around = (i: number): void => {
    if (i <= 0) return;
    sandwich.up = callers(shown.frames, i);
    sandwich.down = callees(shown.frames, i);
    lay(true);
    up.show(sandwich.up);
    down.show(sandwich.down);
    around2.textContent = `${shown.frames.names[shown.frames.name[i] ?? 0] ?? ''}: its callers above, what it calls below`;
  };
  const find = (): void => {
    const { hit, share } = matches(shown.frames, search.value);
    main.highlight(search.value === '' ? undefined : hit);
    matched.textContent = search.value === '' ? '' : `matched: ${percent(share)}`;
  };
  search.addEventListener('input', find);
  const table = tableView(payload.changes === undefined ? 'Functions' : 'Changed functions', (row) => pick(row));
  let named: readonly { readonly name: string }[] = [];
  const pick = (row: number): void => {
    const name = named[row]?.name ?? '';
    search.value = `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
    find();
  };
  const tabulate = (): void => {
    if (payload.changes !== undefined) {
      named = payload.changes.functions;
      table.show(changeTable(payload));
      return;
    }
    const rows = shown.selection === undefined ? topRows(payload) : functionRows(shown.frames);
    named = rows;
    table.show(
      functionTable(rows, shown.frames.total[0] ?? 0, shown.selection === undefined ? payload.unit : 'samples'),
    );
  };
  const show = (frames: Frames, selection: Selection | undefined): void => {
    shown.frames = frames;
    shown.selection = selection;
    lay(false);
    main.show(frames);
    reset.hidden = about.hidden = true;
    find();
    if (!table.root.hidden) tabulate();
    live.textContent = `${count(frames.total[0] ?? 0)} samples shown`;
  };
  const functions = toggle(payload.changes === undefined ? 'Functions' : 'Changes', (on) => {
    table.root.hidden = !on;
    if (on) tabulate();
  });
  const grid = gridPart(payload, whole, shown, show);
  shadow.replaceChildren(
    element('style', {}, css),
    element(
      'div',
      { class: 'card' },
      element('h2', {}, payload.title),
      element('p', {}, payload.say),
      ...payload.warnings.map((warning) => element('p', { class: 'warning', role: 'note' }, warning)),
      ...(grid === undefined ? [] : [grid.root]),
      element(
        'div',
        { class: 'bar' },
        search,
        matched,
        reset,
        about,
        element('span', { class: 'grow' }),
        toggle('Root on top', (on) => main.setIcicle(on)),
        functions,
      ),
      legend(payload.changes !== undefined),
      main.root,
      sides,
      details,
      table.root,
      element('p', { class: 'how' }, pruned(payload), ...(payload.how === undefined ? [] : [` ${payload.how}`])),
      live,
    ),
  );
  table.root.hidden = true;
  sides.hidden = true;
  const dress = (theme: Theme): void => {
    shadow.host.classList.toggle('dark', theme.dark);
    for (const part of [main, up, down, ...(grid === undefined ? [] : [grid.map])]) part.setTheme(theme);
  };
  dress(themeOf(document.body));
  watchTheme(document.body, signal, dress);
  main.show(whole);
};

const pruned = ({ pruned: { under, frames, self }, unit }: FlamegraphPayload): string =>
  frames === 0
    ? 'All frames are shown.'
    : `${count(frames)} frames under ${Number((under * 100).toPrecision(3))} % are not drawn; their ${count(self)} ${unit} stay in their callers.`;

/** The heat map above the flame graph, its cells unpacked at the first selection. */
const gridPart = (
  { grid }: FlamegraphPayload,
  whole: Frames,
  shown: Shown,
  show: (frames: Frames, selection: Selection | undefined) => void,
) => {
  if (grid === undefined) return undefined;
  let data: Promise<GridData> | undefined;
  let last: Selection | undefined;
  const choose = (selection: Selection | undefined): void => {
    last = selection;
    against.hidden = selection === undefined;
    if (selection === undefined) {
      if (shown.selection !== undefined) show(whole, undefined);
      return;
    }
    data ??= unpackGrid(grid);
    void data.then((cells) => {
      if (last !== selection) return;
      show(selectFrames(cells, cellRanges(cells, selection), { against: shown.against }), selection);
    });
  };
  const map = heatmap(grid, choose);
  const against = toggle('Compare with the rest', (on) => {
    shown.against = on;
    choose(last);
  });
  const exact =
    grid.folded === 0
      ? ''
      : `A selection shows callers of ${count(grid.folded)} rare frames in their place; all totals are exact.`;
  const root = element(
    'div',
    {},
    map.root,
    element('div', { class: 'bar' }, against, element('span', { class: 'note' }, exact)),
  );
  map.select(undefined);
  return { root, map };
};

/** Puts a flame graph into an element. `show` may be called again with other data. */
export const flamegraphView = (host: HTMLElement): FlamegraphView => {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  let life = new AbortController();
  return {
    show(payload) {
      life.abort();
      life = new AbortController();
      build(shadow, payload, life.signal);
    },
    dispose() {
      life.abort();
      shadow.replaceChildren();
    },
  };
};
