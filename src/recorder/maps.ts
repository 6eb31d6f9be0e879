import { hostProgram } from '../lib/host-program.ts';
import { parseMaps } from '../lib/recording/maps.ts';
import { scriptHeader } from '../lib/transport/quote.ts';
import type { Supervise } from './attach.ts';

const SECONDS = 20;

/** The executable mappings of processes, as far as they still run and may be read. */
export const fetchMaps = async (
  supervise: Supervise,
  pids: readonly number[],
): Promise<ReadonlyMap<number, string>> => {
  if (pids.length === 0) return new Map();
  const program = scriptHeader({}, pids.map(String)) + hostProgram('src/recorder/maps.sh');
  const { output, done } = await supervise({ program, seconds: SECONDS, serves: false });
  const parts: Uint8Array[] = [];
  for await (const bytes of output) parts.push(bytes);
  await done;
  const maps = parseMaps(Buffer.concat(parts).toString('utf8'));
  return new Map([...maps].filter(([pid, lines]) => lines !== '' && pids.includes(pid)));
};
