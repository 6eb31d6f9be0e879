import type { BarsPlot } from '../../../../src/lib/mime.ts';
import { element, plain } from '../dom.ts';

/** Horizontal bars with names and values, as a list: screen readers read it in order, and it fits any width. */
export const barList = ({ bars }: BarsPlot): HTMLElement =>
  element(
    'div',
    { class: 'bars', role: 'list' },
    ...bars.map(({ name, from, to, text, rest }) => {
      const bar = element('span', { class: rest === true ? 'fill rest' : 'fill' });
      bar.style.marginLeft = `${from * 100}%`;
      bar.style.width = `${(to - from) * 100}%`;
      return element(
        'div',
        { class: 'entry', role: 'listitem' },
        element('span', { class: 'name', title: plain(name) }, plain(name)),
        element('span', { class: 'track' }, bar),
        element('span', { class: 'value' }, plain(text)),
      );
    }),
  );
