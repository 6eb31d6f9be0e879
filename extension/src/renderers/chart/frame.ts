import type { ChartAxis } from '../../../../src/lib/mime.ts';
import { digits, roundTicks, scaleOf } from './scale.ts';
import { svg } from './svg.ts';

/** The rectangle of a plot within its SVG, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const CHAR = 6.4;

const labelsOf = ({ ticks, low, high }: ChartAxis, count: number): readonly { at: number; text: string }[] =>
  ticks ?? roundTicks(low, high, count).map((at) => ({ at, text: digits(at) }));

/** Width for the labels of a value axis. */
export const labelRoom = (axis: ChartAxis): number =>
  Math.max(24, ...labelsOf(axis, 4).map(({ text }) => text.length * CHAR + 10));

/** The axes of a plot: faint horizontal lines at the values, times below. */
export const axes = (
  box: Box,
  x: ChartAxis,
  y: ChartAxis,
  { title, lines = true }: { readonly title: boolean; readonly lines?: boolean },
): SVGElement => {
  const across = scaleOf(x, box.left, box.left + box.width);
  const up = scaleOf(y, box.top + box.height, box.top);
  const bottom = box.top + box.height;
  const right = box.left + box.width;
  const rows = labelsOf(y, box.height < 140 ? 2 : 4).flatMap(({ at, text }) => [
    ...(lines ? [svg('line', { class: 'grid', x1: box.left, x2: right, y1: up(at), y2: up(at) })] : []),
    svg('text', { class: 'tick', x: box.left - 6, y: up(at), 'text-anchor': 'end', dy: '0.32em' }, text),
  ]);
  const columns = labelsOf(x, Math.max(2, Math.floor(box.width / 80))).flatMap(({ at, text }) => [
    svg('line', { class: 'mark', x1: across(at), x2: across(at), y1: bottom, y2: bottom + 4 }),
    svg('text', { class: 'tick', x: across(at), y: bottom + 16, 'text-anchor': 'middle' }, text),
  ]);
  const axis = svg('line', { class: 'mark', x1: box.left, x2: right, y1: bottom, y2: bottom });
  const below = svg(
    'text',
    { class: 'tick', x: box.left + box.width / 2, y: bottom + 33, 'text-anchor': 'middle' },
    x.title,
  );
  return svg('g', { 'aria-hidden': 'true' }, ...rows, axis, ...columns, ...(title ? [below] : []));
};
