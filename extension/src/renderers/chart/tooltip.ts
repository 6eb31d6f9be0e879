import { element, plain } from '../dom.ts';

export interface TooltipRow {
  readonly name: string;
  readonly value: string;
  /** The CSS class for its colour, if it has one. */
  readonly colour?: string;
}

const MOST = 16;

/** The tooltip at the pointer: a heading and rows, on the side with enough room. */
export const tooltip = () => {
  const root = element('div', { class: 'tip', hidden: '', 'aria-hidden': 'true' });
  return {
    root,
    hide(): void {
      root.hidden = true;
    },
    show(heading: string, rows: readonly TooltipRow[], x: number, room: number): void {
      const more = rows.length > MOST ? [element('div', { class: 'more' }, `and ${rows.length - MOST} more`)] : [];
      const lines = rows
        .slice(0, MOST)
        .map(({ name, value, colour }) =>
          element(
            'div',
            { class: 'row' },
            element('i', { class: colour ?? 'none' }),
            element('span', {}, plain(name)),
            element('b', {}, value),
          ),
        );
      root.replaceChildren(element('div', { class: 'head' }, heading), ...lines, ...more);
      root.hidden = false;
      const left = x + 14 + root.offsetWidth > room ? x - 14 - root.offsetWidth : x + 14;
      root.style.left = `${Math.max(0, left)}px`;
      root.style.top = '4px';
    },
  };
};
