import { inLines } from './font.ts';
import type { Spec } from './picture.ts';

export const INK = '#222222';
export const QUIET = '#6b6b6b';
export const FAINT = '#c8c8c8';

/** Paul Tol's bright scheme, ordered so that neighbours differ for colour-blind readers; the last series are grey. */
export const SERIES = ['#4477AA', '#EE6677', '#228833', '#AA3377', '#CCBB44', '#66CCEE', '#994F00'] as const;

/**
 * Paul Tol's YlOrBr scheme from light to dark, without its lightest colour, so that a single event is visible on white.
 */
export const HEAT = ['#FEE391', '#FEC44F', '#FB9A29', '#EC7014', '#CC4C02', '#993404', '#4A1A04'] as const;

const FONT = 'Inter, "Helvetica Neue", Arial, sans-serif';

/** The style of all charts: no frame, faint horizontal lines, light axes, the sentence as title. */
export const config: Spec = {
  font: FONT,
  background: '#ffffff',
  padding: 12,
  view: { stroke: null },
  axis: {
    domainColor: FAINT,
    tickColor: FAINT,
    labelColor: QUIET,
    titleColor: QUIET,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    labelPadding: 5,
    grid: false,
  },
  axisY: { grid: true, gridColor: '#ececec', domain: false, ticks: false },
  header: {
    labelFontSize: 11,
    labelColor: INK,
    labelFontWeight: 600,
    labelAnchor: 'start',
    labelPadding: 4,
    title: null,
  },
  legend: {
    title: null,
    orient: 'top',
    symbolType: 'stroke',
    symbolStrokeWidth: 3,
    labelFontSize: 11,
    labelColor: INK,
    labelLimit: 400,
  },
  title: {
    anchor: 'start',
    frame: 'group',
    color: INK,
    fontSize: 13,
    fontWeight: 600,
    lineHeight: 17,
    subtitleColor: QUIET,
    subtitleFontSize: 11,
    subtitleLineHeight: 15,
    subtitlePadding: 5,
    offset: 12,
  },
};

/** The title of a chart: the sentence, and below it the title of the value axis. */
export const titleOf = (say: string, axis: readonly string[], width: number): Spec => ({
  text: inLines(say, width, 13, 'bold'),
  ...(axis.length === 0 ? {} : { subtitle: axis }),
});

/** The provenance in small letters below a plot that is `height` pixels high. */
export const footOf = (how: string, width: number, height: number): readonly unknown[] =>
  how === ''
    ? []
    : [
        {
          data: { values: [{}] },
          mark: {
            type: 'text',
            text: inLines(how, width, 10),
            align: 'left',
            baseline: 'top',
            fontSize: 10,
            lineHeight: 14,
            color: '#8a8a8a',
          },
          encoding: { x: { value: 0 }, y: { value: height } },
        },
      ];

/** The title of a time axis: the date and time of second 0. */
export const timeTitle = (from: Date): string =>
  Number.isNaN(from.getTime()) ? 'seconds' : `seconds since ${from.toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** A time of a chart in a sentence: '0.3 s', '12 s'. */
export const second = (t: number): string => `${Number(t.toFixed(Math.abs(t) < 10 ? 1 : 0))} s`;
