import { PNG, TEXT, VEGALITE } from '../mime.ts';
import { pngOf, svgOf, type Spec } from './picture.ts';
import { config, titleOf } from './style.ts';
import { viewOf, type Shown } from './view.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json';

/** What stands above a plot. */
export interface Frame {
  readonly say: string;
  /** What the value axis counts, and what else has to be said of the plot, in lines. */
  readonly axis: readonly string[];
  /** Pixels across, for setting the title into lines. */
  readonly width: number;
}

/**
 * A plot as a View: Vega-Lite v5 (as 5.6.1 knows it), the same picture as PNG, and its one sentence as text. `drawn`
 * stands in for the plot in the picture where that can show more than the interactive one.
 */
export const chartView = (plot: Spec, { say, axis, width }: Frame, drawn: Spec = plot): Shown => {
  const whole = (body: Spec, title: string): Spec => ({
    $schema: SCHEMA,
    title: titleOf(title, axis, width),
    ...body,
    config,
  });
  return viewOf({
    say,
    bundle: async (title) => ({
      [VEGALITE]: whole(plot, title),
      [PNG]: (await pngOf(await svgOf(whole(drawn, title)))).toString('base64'),
      [TEXT]: title,
    }),
    quick: (title) => ({ [VEGALITE]: whole(plot, title), [TEXT]: title }),
    svg: (title) => svgOf(whole(drawn, title)),
  });
};
