import { CHART, FLAMEGRAPH, TABLE } from '../../../src/lib/mime.ts';
import { checkedChart } from './chart/check.ts';
import { chartCard } from './chart/view.ts';
import { checked } from './flamegraph/check.ts';
import { flamegraphView } from './flamegraph/view.ts';
import { checkedTable, tableCard } from './table/view.ts';

/**
 * Shows one MIME type in an element; redraws when its data changes, until `dispose`. Throws if the data has another
 * form.
 */
export interface Renderer {
  show(data: unknown): void;
  dispose(): void;
}

const checking =
  <T>(
    check: (data: unknown) => T,
    make: (host: HTMLElement) => { show(payload: T): void; dispose(): void },
  ): ((host: HTMLElement) => Renderer) =>
  (host) => {
    const view = make(host);
    return {
      show: (data) => {
        view.show(check(data));
      },
      dispose: () => {
        view.dispose();
      },
    };
  };

/** The renderer of each of our MIME types, for JupyterLab and for pages. */
export const renderers: Readonly<Record<string, (host: HTMLElement) => Renderer>> = {
  [CHART]: checking(checkedChart, chartCard),
  [FLAMEGRAPH]: checking(checked, flamegraphView),
  [TABLE]: checking(checkedTable, tableCard),
};
