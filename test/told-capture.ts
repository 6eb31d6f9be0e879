import { valueAt } from '../src/lib/columns/column.ts';
import type { Capture } from '../src/lib/sources/perf-data/captured.ts';
import { ROOT } from '../src/lib/stacks/profile.ts';

/** The whole contents of a capture, in a form that does not depend on how stacks and names are numbered. */
export const toldOf = (taken: Capture) => {
  const { places, dsos } = taken;
  const { stacks, moved } = taken.name(Uint32Array.from({ length: places.size }, (_, place) => place));
  const table = taken.table(moved);
  const words: string[] = [];
  for (let at = 0; at < stacks.size; at++) {
    const place = stacks.frame[at]!;
    const { name, buildId, jitPid } = dsos[places.dso[place]!]!;
    const frame = `${name}/${buildId}/${jitPid}+${places.words.slice(place * 2, place * 2 + 2).join(':')}`;
    const parent = stacks.parent[at]!;
    const above = parent === ROOT ? 0 : stacks.depth[parent]!;
    if (stacks.depth[at] !== above + 1) throw new Error(`stack ${at} is ${stacks.depth[at]} deep`);
    words.push(parent === ROOT ? frame : `${words[parent]};${frame}`);
  }
  const columns = Object.values(table.data);
  const rows = Array.from({ length: table.size }, (_, row) => {
    const cells = columns.map((column) => valueAt(column, row));
    const stack = cells.pop() as number | undefined;
    return `${cells.join(' ')} ${stack === undefined ? '-' : words[stack]}`;
  });
  const { warnings } = taken.header;
  const { damaged, overflow, end, start, lost, kernel, copied, callers, maxDepth, samplesOf } = taken;
  const counts = [...taken.counts].sort(([a], [b]) => a - b);
  return { rows, damaged, overflow, end, start, lost, kernel, copied, callers, maxDepth, counts, samplesOf, warnings };
};
