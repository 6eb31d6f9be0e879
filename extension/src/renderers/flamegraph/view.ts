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

export interface ViewOptions {
  /** The root on top at first. */
  readonly icicle?: boolean;
}

/** A flame graph in a page: shown again when its data changes, gone with `dispose`. */
export interface FlamegraphView {
  show(payload: FlamegraphPayload): void;
  dispose(): void;
}

/** What is on show now: the whole profile or the chosen cells. */
interface Shown {
  frames: Frames;
  selection: Selection | undefined;
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
          swatch('#ec7014', 'more'),
          swatch('#4292d6', 'less'),
          swatch('#e2e2de', 'the same, or within the noise (pale)'),
        ]
      : FRAME_KINDS.slice(1).map((_, i) => swatch(FRAME_COLOURS[i + 1] ?? '', kindWord(i + 1)))),
  );

const toggle = (label: string, changed: (on: boolean) => void, on = false): HTMLButtonElement => {
  const made = button(label, () => {
    const next = made.getAttribute('aria-pressed') !== 'true';
    made.setAttribute('aria-pressed', String(next));
    changed(next);
  });
  made.setAttribute('aria-pressed', String(on));
  return made;
};

/** The first warning, and the others when they are asked for. */
const warningsPart = ([first, ...others]: readonly string[]): HTMLElement[] => {
  if (first === undefined) return [];
  const lines = others.map((warning) => element('p', {}, warning));
  if (lines.length === 0) return [element('p', { class: 'warning', role: 'note' }, first)];
  const more = element('summary', {}, `${first} (${lines.length} more)`);
  return [element('details', { class: 'warning', role: 'note' }, more, ...lines)];
};

/** The line below the picture that says what the pointer or the keyboard is at, and its spoken twin. */
const detailsPart = (unit: string) => {
  const root = element('div', { class: 'details' });
  const live = element('div', { class: 'live', 'aria-live': 'polite' });
  const tell = (frames: () => Frames) => (i: number, by: 'pointer' | 'keyboard') => {
    if (i < 0) {
      root.replaceChildren();
      return;
    }
    const { name, facts } = describe(frames(), i, unit);
    root.replaceChildren(element('b', {}, name), `\n${facts}`);
    if (by === 'keyboard') live.textContent = `${name}: ${facts}`;
  };
  return { root, live, tell };
};

/** Callers and callees of one function, merged over every place where it is called. */
const sandwichPart = (tell: ReturnType<typeof detailsPart>['tell'], back: () => void) => {
  let around: { readonly up: Frames; readonly down: Frames } | undefined;
  const side = (label: string, frames: 'up' | 'down') => {
    const pointed = (i: number, by: 'pointer' | 'keyboard'): void => {
      if (around !== undefined) tell(() => (around as NonNullable<typeof around>)[frames])(i, by);
    };
    return flameCanvas(label, { pointed, zoomed: () => undefined }, 260);
  };
  const up = side('Callers of the function', 'up');
  const down = side('What the function calls', 'down');
  down.setIcicle(true);
  const note = element('p', { class: 'note' });
  const root = element('div', { hidden: '' }, note, up.root, down.root, button('Back to the whole graph', back));
  return {
    root,
    canvases: [up, down],
    show(frames: Frames, i: number): void {
      root.hidden = false;
      around = { up: callers(frames, i), down: callees(frames, i) };
      up.show(around.up);
      down.show(around.down);
      note.textContent = `${frames.names[frames.name[i] ?? 0] ?? ''}: its callers above, what it calls below`;
    },
  };
};

const searchPart = (found: (term: string) => string) => {
  const input = element('input', {
    type: 'search',
    placeholder: 'Search (regular expression)',
    'aria-label': 'Search functions',
  });
  const matched = element('span', { class: 'matched', role: 'status' });
  const run = (): void => {
    matched.textContent = found(input.value);
  };
  input.addEventListener('input', run);
  return {
    parts: [input, matched],
    run,
    /** Looks for exactly one name. */
    only(name: string): void {
      input.value = `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
      run();
    },
  };
};

/** The picture's equivalent in rows; a click on a row marks the function in the picture. */
const tablePart = (payload: FlamegraphPayload, shown: Shown, picked: (name: string) => void) => {
  let named: readonly { readonly name: string }[] = [];
  const comparison = payload.changes !== undefined;
  const table = tableView(comparison ? 'Changed functions' : 'Functions', (row) => picked(named[row]?.name ?? ''));
  table.root.hidden = true;
  const fill = (): void => {
    if (table.root.hidden) return;
    const alone = shown.selection === undefined;
    const rows = alone ? topRows(payload) : functionRows(shown.frames);
    named = payload.changes?.functions ?? rows;
    const whole = shown.frames.total[0] ?? 0;
    table.show(comparison ? changeTable(payload) : functionTable(rows, whole, alone ? payload.unit : 'samples'));
  };
  const press = toggle(comparison ? 'Changes' : 'Functions', (on) => {
    table.root.hidden = !on;
    fill();
  });
  return { root: table.root, press, fill };
};

/** The heat map above the flame graph; its cells are unpacked when somebody comes near it. */
const gridPart = (
  { grid }: FlamegraphPayload,
  choose: (frames: Frames | undefined, selection: Selection | undefined) => void,
) => {
  if (grid === undefined) return undefined;
  let data: Promise<GridData> | undefined;
  const unpacked = (): Promise<GridData> => (data ??= unpackGrid(grid));
  let last: Selection | undefined;
  let compared = false;
  const select = (selection: Selection | undefined): void => {
    last = selection;
    against.hidden = selection === undefined;
    if (selection === undefined) {
      choose(undefined, undefined);
      return;
    }
    void unpacked().then((cells) => {
      if (last === selection)
        choose(selectFrames(cells, cellRanges(cells, selection), { against: compared }), selection);
    });
  };
  const against = toggle('Compare with the rest', (on) => {
    compared = on;
    select(last);
  });
  against.hidden = true;
  const folded = `A selection shows the callers of ${count(grid.folded)} rare frames in their place; all totals are exact.`;
  const map = heatmap(grid, select);
  // Whoever comes near is about to select: the cells are ready when they do.
  for (const kind of ['pointerenter', 'focusin'])
    map.root.addEventListener(kind, () => void unpacked(), { once: true });
  const note = element('span', { class: 'note' }, grid.folded === 0 ? '' : folded);
  return { root: element('div', {}, map.root, element('div', { class: 'bar' }, against, note)), map };
};

const pruned = ({ pruned: { under, frames, self }, unit, how }: FlamegraphPayload): string => {
  const limit = `${Number((under * 100).toPrecision(3))} %`;
  const left = `${count(frames)} frames under ${limit} are not drawn; their ${count(self)} ${unit} stay in their callers.`;
  return `${frames === 0 ? 'All frames are shown.' : left} ${how ?? ''}`;
};

const build = (
  shadow: ShadowRoot,
  payload: FlamegraphPayload,
  signal: AbortSignal,
  { icicle = false }: ViewOptions,
) => {
  const whole = payloadFrames(payload);
  const shown: Shown = { frames: whole, selection: undefined };
  const details = detailsPart(payload.unit);
  let focus = 0;
  const main = flameCanvas('Flame graph. Arrow keys move between frames, Enter zooms, Escape shows everything.', {
    pointed: details.tell(() => shown.frames),
    zoomed: (i) => {
      focus = i;
      reset.hidden = around.hidden = i === 0;
    },
  });
  const showMain = (): void => {
    sandwich.root.hidden = true;
    main.root.hidden = false;
    main.redraw();
  };
  const sandwich = sandwichPart(details.tell, showMain);
  const reset = button('Reset zoom', () => main.zoom(0));
  const around = button('Callers and callees', () => {
    main.root.hidden = true;
    sandwich.show(shown.frames, focus);
  });
  const search = searchPart((term) => {
    const { hit, share } = matches(shown.frames, term);
    main.highlight(term === '' ? undefined : hit);
    return term === '' ? '' : `matched: ${percent(share)}`;
  });
  const table = tablePart(payload, shown, search.only);
  const words = element('div');
  const show = (frames: Frames, selection: Selection | undefined): void => {
    Object.assign(shown, { frames, selection });
    focus = 0;
    reset.hidden = around.hidden = true;
    showMain();
    main.show(frames);
    words.replaceChildren(legend(frames.change !== undefined));
    search.run();
    table.fill();
  };
  const grid = gridPart(payload, (frames, selection) => {
    show(frames ?? whole, selection);
    details.live.textContent = `${count(shown.frames.total[0] ?? 0)} samples shown`;
  });
  const turn = toggle('Root on top', (on) => main.setIcicle(on), icicle);
  shadow.replaceChildren(
    element('style', {}, css),
    element(
      'div',
      { class: 'card' },
      element('h2', {}, payload.title),
      element('p', {}, payload.say),
      ...warningsPart(payload.warnings),
      ...(grid === undefined ? [] : [grid.root]),
      element(
        'div',
        { class: 'bar' },
        ...search.parts,
        reset,
        around,
        element('span', { class: 'grow' }),
        turn,
        table.press,
      ),
      words,
      main.root,
      sandwich.root,
      details.root,
      table.root,
      element('p', { class: 'how' }, pruned(payload)),
      details.live,
    ),
  );
  const dress = (theme: Theme): void => {
    shadow.host.classList.toggle('dark', theme.dark);
    for (const part of [main, ...sandwich.canvases, ...(grid === undefined ? [] : [grid.map])]) part.setTheme(theme);
  };
  dress(themeOf(document.body));
  watchTheme(document.body, signal, dress);
  main.setIcicle(icicle);
  show(whole, undefined);
  grid?.map.clear();
};

/** Puts a flame graph into an element. `show` may be called again with other data. */
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
