import type { ChartPayload } from '../../../../src/lib/mime.ts';

const MOST_POINTS = 200_000;

const record = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const finite = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const list = (value: unknown, test: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= MOST_POINTS && value.every(test);

const tick = (value: unknown): boolean => record(value) && finite(value['at']) && typeof value['text'] === 'string';

const axis = (value: unknown): boolean =>
  record(value) &&
  typeof value['title'] === 'string' &&
  typeof value['unit'] === 'string' &&
  finite(value['low']) &&
  finite(value['high']) &&
  (value['ticks'] === undefined || list(value['ticks'], tick));

const series = (value: unknown): boolean =>
  record(value) &&
  typeof value['name'] === 'string' &&
  (value['panel'] === undefined || typeof value['panel'] === 'string') &&
  (value['colour'] === undefined || finite(value['colour'])) &&
  list(value['t'], finite) &&
  list(value['y'], (y) => y === null || finite(y)) &&
  (value['t'] as unknown[]).length === (value['y'] as unknown[]).length;

const bar = (value: unknown): boolean =>
  record(value) &&
  typeof value['name'] === 'string' &&
  typeof value['text'] === 'string' &&
  finite(value['from']) &&
  finite(value['to']);

const plots: Readonly<Record<string, (plot: Record<string, unknown>) => boolean>> = {
  lines: (plot) => axis(plot['x']) && axis(plot['y']) && list(plot['series'], series),
  bars: (plot) => list(plot['bars'], bar),
  heat: (plot) =>
    axis(plot['x']) &&
    axis(plot['y']) &&
    list(plot['edges'], finite) &&
    list(plot['counts'], finite) &&
    Number.isInteger(plot['columns']) &&
    (plot['counts'] as unknown[]).length === Number(plot['columns']) * ((plot['edges'] as unknown[]).length - 1),
};

/** The checked payload. Throws if the data is not a chart. */
export const checkedChart = (data: unknown): ChartPayload => {
  const fail = (expected: string): never => {
    throw new Error(`chart: expected ${expected}`);
  };
  if (!record(data) || data['version'] !== 1) return fail('version 1');
  if (!['say', 'axis', 'how'].every((key) => typeof data[key] === 'string')) return fail('say, axis and how');
  const { plot } = data;
  if (!record(plot) || !(plots[String(plot['kind'])]?.(plot) ?? false)) return fail('lines, bars or a heat map');
  return data as unknown as ChartPayload;
};
