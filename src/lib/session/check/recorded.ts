import { WHOLE } from '../../answer/how.ts';
import type { CheckRow } from '../../api.ts';
import type { Manifest } from '../../recording/format.ts';
import { findSource, streamOf } from '../../sources/list.ts';
import type { Asked } from '../names.ts';
import { sourceGaps } from '../provenance.ts';
import { type Part, rowFor } from './verdict.ts';
import { recordedWayRow } from './way-row.ts';

const AGAIN = 'record again; await host.check() on the live host shows how to make it readable';

/** What a recording has of one source: all, a part, or nothing. */
const partOf = (name: string, manifest: Manifest): Part => {
  const fact = manifest.sources[streamOf(findSource(name))];
  if (fact === undefined)
    return { source: name, tool: '', verdict: 'no', cannotSee: 'not in this recording', fix: AGAIN };
  const { gaps, coverage } = sourceGaps(manifest, name);
  const failed = fact.status === 'failed';
  const denied = (fact.missing ?? []).some(({ why }) => /permission denied|not permitted/i.test(why));
  const verdict = failed ? (denied ? 'not allowed' : 'no') : gaps.length === 0 && coverage >= WHOLE ? 'yes' : 'partly';
  const share =
    coverage < WHOLE && !failed ? [`${(coverage * 100).toFixed(0)} % of the window or of the host was recorded`] : [];
  return {
    source: name,
    tool: fact.tool,
    verdict,
    cannotSee: [...gaps, ...share].join('; '),
    fix: verdict === 'yes' ? '' : AGAIN,
  };
};

/** The measured cost of the whole recording, since one sampler read all sources. */
const costOf = ({ overhead: { cpu, wall, bytes } }: Manifest): string =>
  `the whole recording took ${cpu.toFixed(2)} s CPU in ${wall.toFixed(0)} s and ${(bytes / 1e6).toFixed(1)} MB`;

/** Which questions a recording can answer, and which sources failed. */
export const checkRecorded = (
  wanted: ReadonlyMap<string, Asked>,
  manifest: Manifest,
): readonly Omit<CheckRow, 'host'>[] =>
  [...wanted].flatMap(([name, asked]) => {
    const { ways = [] } = asked.kind === 'question' ? asked.question : {};
    const programs = ways.map((way) => recordedWayRow(name, way, manifest.programs?.[name]));
    if (asked.sources.length === 0) return programs;
    const parts = asked.sources.map((source) => partOf(source, manifest));
    return [...programs, rowFor(name, asked, parts, { costs: costOf(manifest), known: 'recorded' })];
  });
