/**
 * The page that `fbf run` writes: beside the picture of each chart and flame graph stands its data as inert JSON, and is
 * drawn here in the picture's place. The page asks the network for nothing; where drawing fails, the picture stays.
 */
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { FLAMEGRAPH, VEGALITE } from '../../../src/lib/mime.ts';
import { checked } from './flamegraph/check.ts';
import { flamegraphView } from './flamegraph/view.ts';

/** Charts are drawn when they come near the window: a page may have many. */
const NEAR = '600px';

const chart = async (place: HTMLElement, data: unknown): Promise<void> => {
  const { spec } = compile(data as TopLevelSpec);
  const view = new View(parse(spec), { renderer: 'svg', hover: true });
  await view.initialize(place).runAsync();
  window.addEventListener('resize', () => void view.resize().runAsync());
};

const draw: Readonly<Record<string, (place: HTMLElement, data: unknown) => unknown>> = {
  [VEGALITE]: chart,
  [FLAMEGRAPH]: (place, data) => {
    flamegraphView(place).show(checked(data));
  },
};

const show = async (figure: HTMLElement): Promise<void> => {
  const picture = figure.querySelector('img');
  const place = document.createElement('div');
  place.style.width = '100%';
  try {
    const data: unknown = JSON.parse(figure.querySelector('script')?.textContent ?? '');
    figure.append(place);
    await draw[figure.dataset['figure'] ?? '']?.(place, data);
    picture?.remove();
  } catch {
    place.remove();
  }
};

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      near.unobserve(target);
      void show(target);
    }
  },
  { rootMargin: NEAR },
);
for (const figure of document.querySelectorAll<HTMLElement>('[data-figure]')) near.observe(figure);
