import { join } from 'node:path';
import { fetchSymbols, type Fetched } from '../lib/fetch/fetch-symbols.ts';
import { FridayError } from '../lib/errors.ts';
import { OUTPUT, programPath, symbolsPath } from '../lib/recording/layout.ts';
import type { RecordingWriter } from '../lib/recording/recording.ts';
import { wantedOf } from '../lib/sources/perf-data/wanted.ts';
import type { Transport } from '../lib/transport/transport.ts';
import type { StartOptions } from './starter.ts';

/** What fetching symbols cost on the host, and the bytes that came. */
export interface SymbolCost {
  readonly cpu: number;
  readonly memory: number;
  readonly bytes: number;
}

const costOf = ({ cost, transferred }: Fetched): SymbolCost => ({ ...cost, bytes: transferred });

/** Tools whose output is perf.data. */
const hasPerfData = (tool: string): boolean => tool === 'perf';

/**
 * Fetches into the recording what symbolizing the output of its programs needs, so that it opens with the same names on
 * any machine; `seconds`: after which no further file is sent. What is missing stands in the facts of the program; an error
 * here never fails the recording.
 */
export const keepSymbols = async (
  transport: Transport,
  writer: RecordingWriter,
  { order, away, prompter, facts }: StartOptions,
  seconds: number,
): Promise<readonly SymbolCost[]> => {
  const costs: SymbolCost[] = [];
  for (const [name, fact] of Object.entries(writer.manifest.programs ?? {})) {
    if (!hasPerfData(fact.program.tool) || fact.bytes === 0) continue;
    try {
      const wanted = await wantedOf(join(programPath(writer.dir, name), OUTPUT));
      const fetched = await fetchSymbols(transport, wanted, symbolsPath(writer.dir), {
        sudo: order.sudo === true && facts.user !== 'root',
        prompter,
        away,
        ticks: facts.ticks,
        seconds,
      });
      writer.update({ programs: { [name]: { ...fact, warnings: fetched.warnings } } });
      costs.push(costOf(fetched));
    } catch (error) {
      const why = error instanceof FridayError ? error.what : String(error);
      writer.update({ programs: { [name]: { ...fact, warnings: [{ code: 'symbols-cut', why, left: 0 }] } } });
    }
  }
  return costs;
};
