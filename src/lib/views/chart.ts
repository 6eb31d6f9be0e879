import { CHART, PNG, TEXT, type ChartPayload } from '../mime.ts';
import { pngOf, svgOf, type Spec } from './picture.ts';
import { config, titleOf } from './style.ts';
import { cutApart, viewOf, warned, type Shown } from './view.ts';
import type { Telling } from './table.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json';

/** What stands above a plot. */
export interface Frame {
  readonly say: string;
  /** What the value axis counts, and what else has to be said of the plot, in lines. */
  readonly axis: readonly string[];
  /** Pixels across, for setting the title into lines. */
  readonly width: number;
}

/** A plot in its three forms: for the front end, as Vega-Lite for a file, and what the picture is drawn from. */
export interface Plotted {
  readonly plot: ChartPayload['plot'];
  readonly spec: Spec;
  /** Where the picture can show more than the file; default `spec`. */
  readonly drawn?: Spec;
}

/**
 * A plot as a View: ours for the front end, the same as PNG, and its one sentence as text. Files may be Vega-Lite v5 (as
 * 5.6.1 knows it), whose data no front end sends anywhere.
 */
export const chartView = ({ plot, spec, drawn = spec }: Plotted, { say, axis, width }: Frame, told: Telling): Shown => {
  const { how, cut } = told;
  const whole = (body: Spec, title: string): Spec => ({
    $schema: SCHEMA,
    description: title,
    usermeta: { embedOptions: { actions: false } },
    title: titleOf(warned(cut, title), axis, width),
    ...body,
    config,
  });
  const payload = (title: string): ChartPayload => ({
    version: 1,
    ...cutApart(cut, title),
    axis: axis[0] ?? '',
    how,
    plot,
  });
  return viewOf({
    say,
    bundle: async (title) => ({
      [CHART]: payload(title),
      [PNG]: (await pngOf(await svgOf(whole(drawn, title)))).toString('base64'),
      [TEXT]: title,
    }),
    quick: (title) => ({ [CHART]: payload(title), [TEXT]: title }),
    svg: (title) => svgOf(whole(drawn, title), title),
    vegalite: (title) => whole(spec, title),
  });
};
