import type { RecorderClient } from '../../../recorder/client.ts';
import { hostProgram } from '../../host-program.ts';
import type { TargetProcess } from '../../questions/way.ts';
import { scriptHeader } from '../../transport/quote.ts';
import type { Need } from '../backend.ts';

/**
 * What the choice of a way needs to know of the process that a target names: read in one round trip, only if some way
 * prefers a kind of process and the caller allows it; otherwise undefined.
 */
export const targetProcess = async (
  client: Pick<RecorderClient, 'sh'>,
  { debugger: allowed, programs = [] }: Pick<Need, 'debugger' | 'programs'>,
  pids: readonly number[] = [],
): Promise<TargetProcess | undefined> => {
  const isAsked = programs.some(({ question }) => question.ways?.some((way) => way.prefers !== undefined));
  if (allowed !== true || pids.length !== 1 || !isAsked) return undefined;
  const { stdout } = await client.sh(
    scriptHeader({}, pids.map(String)) + hostProgram('src/lib/session/target/node.sh'),
  );
  const words = Buffer.from(stdout).toString('latin1').split('\n');
  const isNode = words.includes('node');
  return !isNode && words.includes('unseen') ? undefined : { node: isNode, map: words.includes('map') };
};
