import type { FlamegraphPayload } from '../../../../src/lib/mime.ts';
import { button, count, element } from '../dom.ts';
import { tableView } from '../table/table.ts';
import { flameCanvas } from './canvas.ts';
import { cellRanges, selectFrames, unpackGrid, type GridData, type Selection } from './grid.ts';
import { heatmap } from './heatmap.ts';
import { functionRows, type Frames } from './model.ts';
import { toggle, type detailsPart } from './parts.ts';
import { callees, callers } from './sandwich.ts';
import { changeTable, functionTable, topRows } from './tables.ts';

/** What is shown now: the whole profile or the selected cells. */
export interface Shown {
  frames: Frames;
  selection: Selection | undefined;
}

/** Callers and callees of a function, merged over all places where it is called. */
export const sandwichPart = (tell: ReturnType<typeof detailsPart>['tell'], back: () => void) => {
  let around: { readonly up: Frames; readonly down: Frames } | undefined;
  const side = (label: string, frames: 'up' | 'down') => {
    const pointed = (i: number, by: 'pointer' | 'keyboard'): void => {
      if (around !== undefined) tell(() => (around as NonNullable<typeof around>)[frames])(i, by);
    };
    return flameCanvas(label, { pointed, zoomed: () => undefined }, 260);
  };
  const up = side('Callers of the function', 'up');
  const down = side('Callees of the function', 'down');
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
      note.textContent = `${frames.names[frames.name[i] ?? 0] ?? ''}: its callers above, its callees below`;
    },
  };
};

/** The flame graph as a table; a click on a row marks the function in the graph. */
export const tablePart = (payload: FlamegraphPayload, shown: Shown, picked: (name: string) => void) => {
  let named: readonly { readonly name: string }[] = [];
  const comparison = payload.changes !== undefined;
  const table = tableView(comparison ? 'Changed functions' : 'Functions', (row) => {
    picked(named[row]?.name ?? '');
  });
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

/** The heat map above the flame graph; its cells are unpacked when the pointer or focus comes near. */
export const gridPart = (
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
  const folded = `In a selection ${count(grid.folded)} rare frames are merged into their callers; all totals are exact.`;
  const map = heatmap(grid, select);
  // Unpack now: a selection probably follows.
  for (const kind of ['pointerenter', 'focusin'])
    map.root.addEventListener(kind, () => void unpacked(), { once: true });
  const note = element('span', { class: 'note' }, grid.folded === 0 ? '' : folded);
  return { root: element('div', {}, map.root, element('div', { class: 'bar' }, against, note)), map };
};
