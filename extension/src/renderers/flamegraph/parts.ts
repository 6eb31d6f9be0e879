import { FRAME_COLOURS, FRAME_KINDS } from '../../../../src/lib/mime.ts';
import { button, element } from '../dom.ts';
import { describe, kindWord } from './describe.ts';
import type { Frames } from './model.ts';

const swatch = (colour: string, word: string): HTMLElement => {
  const mark = element('i');
  mark.style.background = colour;
  return element('span', {}, mark, word);
};

/** The legend of a profile or of a comparison. */
export const legend = (comparison: boolean): HTMLElement =>
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

/** A toggle button. */
export const toggle = (label: string, changed: (on: boolean) => void, on = false): HTMLButtonElement => {
  const made = button(label, () => {
    const next = made.getAttribute('aria-pressed') !== 'true';
    made.setAttribute('aria-pressed', String(next));
    changed(next);
  });
  made.setAttribute('aria-pressed', String(on));
  return made;
};

/** The first warning, with the others on request. */
export const warningsPart = ([first, ...others]: readonly string[]): HTMLElement[] => {
  if (first === undefined) return [];
  const lines = others.map((warning) => element('p', {}, warning));
  if (lines.length === 0) return [element('p', { class: 'warning', role: 'note' }, first)];
  const more = element('summary', {}, `${first} (${lines.length} more)`);
  return [element('details', { class: 'warning', role: 'note' }, more, ...lines)];
};

/**
 * The line below the graph that describes the frame at the pointer or keyboard focus, and its text for screen readers.
 */
export const detailsPart = (unit: string) => {
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
  return {
    root,
    live,
    tell,
    clear: (): void => {
      root.replaceChildren();
    },
  };
};

/** The search field, and the share of the profile that matches. */
export const searchPart = (found: (term: string) => string) => {
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
    /** Searches for exactly this name. */
    only: (name: string): void => {
      input.value = `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
      run();
    },
  };
};
