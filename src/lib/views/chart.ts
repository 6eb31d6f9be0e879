import { CHART, TEXT, type ChartPayload } from '../mime.ts';
import { pictured, pngOf, svgOf, type Spec } from './picture.ts';
import { config, titleOf } from './style.ts';
import { cutApart, viewOf, warned, type Shown } from './view.ts';
import type { Telling } from './table.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json';

/** The text above a plot. */
export interface ChartFrame {
  readonly say: string;
  /** Title of the value axis, then further notes, a line each. */
  readonly axis: readonly string[];
  /** Width in pixels, to wrap the title. */
  readonly width: number;
}

/**
 * A plot in its three forms: the payload for the front end, the Vega-Lite file, and the specification of the PNG and
 * SVG.
 */
export interface Plotted {
  readonly plot: ChartPayload['plot'];
  readonly spec: Spec;
  /** Specification for PNG and SVG, if it shows more detail than the file; default `spec`. */
  readonly drawn?: Spec;
}

/**
 * A plot as a View: our payload for the front end, PNG for other front ends, and the sentence as text. `save` can write
 * Vega-Lite v5 (checked with 5.6.1); that form is in no notebook output, so no front end can send its data anywhere.
 */
export const chartView = (
  { plot, spec, drawn = spec }: Plotted,
  { say, axis, width }: ChartFrame,
  told: Telling,
): Shown => {
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
      ...pictured(await pngOf(await svgOf(whole(drawn, title))), title),
      [TEXT]: title,
    }),
    quick: (title) => ({ [CHART]: payload(title), [TEXT]: title }),
    svg: (title) => svgOf(whole(drawn, title), title),
    vegalite: (title) => whole(spec, title),
  });
};
