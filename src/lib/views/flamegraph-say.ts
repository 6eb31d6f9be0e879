import { FRAME_KINDS, type TopFunctions } from '../mime.ts';
import { printable } from '../printable.ts';
import type { Difference } from '../stacks/diff.ts';
import { BEGINNING } from './flamegraph-beginning.ts';

const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.0995 ? 2 : 1)} %`;

/** A number with thousands separated: 1,234,567. */
export const grouped = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');

const columns = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(i === 0 ? 8 : 14))).join('  '))
    .join('\n');

/** The index of the largest value. */
const largest = (values: readonly number[]): number =>
  values.reduce((best, value, i) => (value > (values[best] ?? -Infinity) ? i : best), 0);

/** Unknown frames and processes: they are in most stacks and explain nothing. */
const UNKNOWN = FRAME_KINDS.indexOf('unknown');
const NO_FINDING = new Set([UNKNOWN, FRAME_KINDS.indexOf('process')]);

/** The finding of a profile, in a sentence. */
export const sayProfile = ({ name, kind, self, total }: TopFunctions, whole: number, unit: string): string => {
  if (name.length === 0 || whole === 0) return 'The profile is empty: it has no samples.';
  const own = largest(self.map((value, i) => (NO_FINDING.has(kind[i] ?? -1) ? 0 : value)));
  const through = total.map((value, i) =>
    i === own || value >= whole * 0.95 || NO_FINDING.has(kind[i] ?? -1) || BEGINNING.test(name[i] ?? '') ? 0 : value,
  );
  const next = largest(through);
  const nameless = self.reduce((sum, value, i) => sum + (kind[i] === UNKNOWN ? value : 0), 0);
  const before = nameless > (self[own] ?? 0) ? `Frames without a symbol take ${percent(nameless / whole)}. ` : '';
  const first = `${before}${name[own] ?? ''} itself takes ${percent((self[own] ?? 0) / whole)} of ${grouped(whole)} ${unit}`;
  return (through[next] ?? 0) === 0
    ? `${first}.`
    : `${first}; ${name[next] ?? ''} and its callees take ${percent((total[next] ?? 0) / whole)}.`;
};

/** The finding of a comparison, in a sentence. */
export const sayChanges = ({ functions }: Difference): string => {
  const sure = functions.filter((f) => f.sure);
  const first = sure[0];
  if (first === undefined)
    return 'No function changed its share by more than the noise between two captures of the same load.';
  const points = `${first.change > 0 ? '+' : '−'}${(Math.abs(first.change) * 100).toFixed(2)} points`;
  const others = ['no other function', '1 other function'][sure.length - 1] ?? `${sure.length - 1} other functions`;
  return (
    `${printable(first.name)} went from ${percent(first.before)} to ${percent(first.after)} of the profile (${points}); ` +
    `${others} changed by more than the noise.`
  );
};

/** The figure as plain text: the finding, the heaviest functions with self and total, and the warnings. */
export const flamegraphText = (
  { say, top, warnings, how }: { say: string; top: TopFunctions; warnings: readonly string[]; how?: string },
  whole: number,
  unit: string,
): string => {
  const order = top.self
    .map((_, i) => i)
    .sort((a, b) => (top.self[b] ?? 0) - (top.self[a] ?? 0))
    .slice(0, 15);
  const rows = order.map((i) => [
    percent((top.self[i] ?? 0) / whole),
    grouped(top.self[i] ?? 0),
    grouped(top.total[i] ?? 0),
    top.name[i] ?? '',
  ]);
  const table = whole === 0 ? '' : columns([['self', `self ${unit}`, `total ${unit}`, 'function'], ...rows]);
  const notes = [...warnings.map((warning) => `Warning: ${warning}`), ...(how === undefined ? [] : [how])];
  return [say, table, ...notes].filter((part) => part !== '').join('\n');
};
