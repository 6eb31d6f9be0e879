import type { FlamegraphPayload } from '../../../../src/lib/mime.ts';

const MOST_FRAMES = 3_000_000;
const MOST_CELLS = 100 * 86_400;

const record = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');
const numbers = (value: unknown, size?: number): boolean =>
  Array.isArray(value) &&
  (size === undefined || value.length === size) &&
  value.every((item) => typeof item === 'number' && Number.isFinite(item));
const count = (value: unknown, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;

const framesWrong = ({ frames, names }: Record<string, unknown>): string | undefined => {
  if (!texts(names)) return 'names: expected a list of text';
  if (!record(frames) || !Array.isArray(frames['depth'])) return 'frames: expected columns';
  const size = frames['depth'].length;
  if (size > MOST_FRAMES) return `frames: expected at most ${MOST_FRAMES}, got ${size}`;
  const wrong = ['name', 'kind', 'depth', 'self', 'total'].find((column) => !numbers(frames[column], size));
  return wrong === undefined ? undefined : `frames.${wrong}: expected ${size} numbers`;
};

const topWrong = (top: unknown): string | undefined =>
  record(top) &&
  texts(top['name']) &&
  ['kind', 'self', 'total'].every((column) => numbers(top[column], (top['name'] as unknown[]).length))
    ? undefined
    : 'top: expected columns of equal length';

const changesWrong = (changes: unknown, size: number): string | undefined => {
  if (changes === undefined) return undefined;
  const whole = record(changes) && numbers(changes['before'], size) && numbers(changes['sure'], size);
  if (!whole || !Array.isArray(changes['functions'])) return 'changes: expected columns as long as the frames';
  const rows = changes['functions'].every(
    (row) =>
      record(row) && typeof row['name'] === 'string' && numbers([row['before'], row['after'], row['change'], row['p']]),
  );
  return rows ? undefined : 'changes.functions: expected rows of a name and shares';
};

const gridWrong = (grid: unknown): string | undefined => {
  if (grid === undefined) return undefined;
  if (!record(grid) || !count(grid['rows'], 10_000) || !count(grid['columns'], MOST_CELLS))
    return 'grid: expected rows and columns';
  const cells = (grid['rows'] as number) * (grid['columns'] as number);
  if (cells > MOST_CELLS || !numbers(grid['counts'], cells)) return `grid.counts: expected ${cells} numbers`;
  if (!count(grid['nodes'], MOST_FRAMES * 4) || !count(grid['pairs'], MOST_FRAMES * 10))
    return 'grid: expected nodes and pairs';
  const packed = [grid['tree'], grid['cells']].every(
    (part) => record(part) && Object.values(part).every((text) => typeof text === 'string'),
  );
  return packed && typeof grid['names'] === 'string' ? undefined : 'grid: expected packed columns';
};

/** Why data is not a flame graph; undefined if it is one. The data is never evaluated. */
export const wrong = (data: unknown): string | undefined => {
  if (!record(data) || data['version'] !== 1) return 'flame graph: expected version 1';
  if (!['title', 'say', 'unit'].every((key) => typeof data[key] === 'string'))
    return 'flame graph: expected title, say and unit';
  if (!texts(data['warnings'])) return 'warnings: expected a list of text';
  const frames = framesWrong(data);
  if (frames !== undefined) return frames;
  const size = ((data['frames'] as Record<string, unknown>)['depth'] as unknown[]).length;
  return topWrong(data['top']) ?? changesWrong(data['changes'], size) ?? gridWrong(data['grid']);
};

/** The checked payload. Throws if the data is not a flame graph. */
export const checked = (data: unknown): FlamegraphPayload => {
  const problem = wrong(data);
  if (problem !== undefined) throw new Error(problem);
  return data as FlamegraphPayload;
};
