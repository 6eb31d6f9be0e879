import type { ChartPayload } from '../../../../src/lib/mime.ts';
import { cutPart, drawnIn, element, plain } from '../dom.ts';
import { css } from '../style.ts';
import { themeOf, watchTheme } from '../theme.ts';
import { barList } from './bars.ts';
import { heatView } from './heat.ts';
import { linesView } from './lines.ts';
import type { Drawn, PlotView, Stop } from './plot.ts';
import { chartCss } from './style.ts';
import { svg } from './svg.ts';
import { tooltip } from './tooltip.ts';

/** The tooltip as one line, for screen readers. */
const spoken = ({ heading, rows }: ReturnType<Drawn['point']>): string =>
  `${heading}: ${rows.map(({ name, value }) => `${name} ${value}`).join(', ')}`;

const KEYS: Readonly<Record<string, (at: number, stops: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  Home: () => 0,
  End: (_, stops) => stops - 1,
};

/** A plot that follows the width of its element, with a tooltip for the pointer or the arrow keys. */
const picture = (view: PlotView, label: string): HTMLElement => {
  const tip = tooltip();
  const live = element('div', { class: 'live', 'aria-live': 'polite' });
  const root = svg('svg', { tabindex: 0, role: 'img', 'aria-label': label });
  const box = element('div', { class: 'plot' });
  box.append(root, tip.root, live);
  let drawn: Drawn | undefined;
  let at: Stop = { stop: -1, panel: 0 };
  const leave = (): void => {
    drawn?.leave();
    tip.hide();
  };
  const point = (to: Stop): void => {
    if (drawn === undefined) return;
    at = { ...to, stop: Math.max(0, Math.min(drawn.stops - 1, to.stop)) };
    const told = drawn.point(at);
    tip.show(told.heading, told.rows, told.x, box.clientWidth);
    live.textContent = spoken(told);
  };
  drawnIn(box, (width) => {
    leave();
    drawn = view.draw(width);
    for (const [name, value] of Object.entries({
      width,
      height: drawn.height,
      viewBox: `0 0 ${width} ${drawn.height}`,
    }))
      root.setAttribute(name, String(value));
    root.replaceChildren(svg('title', {}, label), drawn.root);
  })();
  root.addEventListener('pointermove', (event) => {
    const { left, top } = root.getBoundingClientRect();
    const under = drawn?.at(event.clientX - left, event.clientY - top);
    if (under === undefined) leave();
    else point(under);
  });
  root.addEventListener('pointerleave', leave);
  root.addEventListener('keydown', (event) => {
    const next = KEYS[event.key];
    if (next !== undefined) point({ ...at, stop: next(at.stop, drawn?.stops ?? 0) });
    else if (event.key === 'Escape') leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return box;
};

const parts = ({ plot, say, axis }: ChartPayload): readonly (Node | undefined)[] => {
  if (plot.kind === 'bars') return [barList(plot)];
  const view = plot.kind === 'lines' ? linesView(plot) : heatView(plot);
  return [view.legend, picture(view, `${plain(say)} ${plain(axis)}.`)];
};

/** A chart in a page: redrawn when its data changes, removed by `dispose`. */
export const chartCard = (host: HTMLElement) => {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  let life = new AbortController();
  return {
    show(payload: ChartPayload): void {
      life.abort();
      life = new AbortController();
      const card = element(
        'div',
        { class: 'card' },
        ...cutPart(payload.cut),
        element('p', { class: 'say' }, plain(payload.say)),
        ...(payload.axis === '' ? [] : [element('p', { class: 'note axis' }, plain(payload.axis))]),
        ...parts(payload).filter((part) => part !== undefined),
        element('p', { class: 'how' }, plain(payload.how)),
      );
      shadow.replaceChildren(element('style', {}, css, chartCss), card);
      const dress = (dark: boolean): void => void shadow.host.classList.toggle('dark', dark);
      dress(themeOf(document.body).dark);
      watchTheme(document.body, life.signal, (theme) => {
        dress(theme.dark);
      });
    },
    dispose(): void {
      life.abort();
      shadow.replaceChildren();
    },
  };
};
