import type { RowOf } from '../../questions/rows.ts';
import { numberOf } from './seconds.ts';

export const isRootCgroup = ({ cgroup }: { readonly cgroup?: string | undefined }): boolean =>
  cgroup === '/' || cgroup === '';

/**
 * The cgroup whose tasks waited longest in these rows of `cgroup-pressure`; '' if none. A parent's waiting includes that
 * of its children, so the deepest cgroup that waited nearly as long is named.
 */
export const waitingCgroup = (rows: readonly RowOf<'cgroup-pressure'>[]): string => {
  const own = rows.filter((row) => !isRootCgroup(row));
  const most = own.reduce((best, row) => Math.max(best, numberOf(row, 'some') ?? 0), 0);
  const near = own.filter((row) => most > 0 && (numberOf(row, 'some') ?? 0) >= most * 0.8);
  return near.map(({ cgroup }) => String(cgroup)).sort((a, b) => b.split('/').length - a.split('/').length)[0] ?? '';
};
