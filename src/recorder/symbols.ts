import { join } from 'node:path';
import { fetchSymbols, type Fetched, type Wanted } from '../lib/fetch/fetch-symbols.ts';
import { FridayError } from '../lib/errors.ts';
import { OUTPUT, programPath, symbolsPath } from '../lib/recording/layout.ts';
import type { RecordingWriter } from '../lib/recording/recording.ts';
import { writeMaps } from '../lib/recording/maps.ts';
import { symbolNeeds, type SymbolNeeds } from '../lib/sources/program-symbols.ts';
import type { Transport } from '../lib/transport/transport.ts';
import { writeJavaMaps, type JavaMaps } from './java-maps.ts';
import { fetchMaps } from './maps.ts';
import { starter, type StartOptions } from './starter.ts';

/** CPU seconds and peak bytes on the host for fetching symbols, and the bytes that were transferred. */
export interface SymbolCost {
  readonly cpu: number;
  readonly memory: number;
  readonly bytes: number;
}

const costOf = ({ cost, transferred }: Fetched): SymbolCost => ({ ...cost, bytes: transferred });

/** What the output of one program needs: its mappings go to the recording, its symbols are wanted. */
const wantedFor = async (
  transport: Transport,
  { dir }: RecordingWriter,
  { name, needs, options }: { name: string; needs: SymbolNeeds; options: StartOptions },
): Promise<Wanted> => {
  const output = join(programPath(dir, name), OUTPUT);
  const pids = await needs.pids(output);
  const maps = await fetchMaps(
    starter(transport, options, () => undefined),
    pids,
  );
  if (maps.size > 0) await writeMaps(dir, name, maps);
  return needs.wanted(output, maps);
};

/** With consent, Java processes write maps for the fetch: a JVM can be told to at any time, other runtimes at their start. */
const javaMaps = async (
  transport: Transport,
  { pids }: Wanted,
  options: StartOptions,
  seconds: number,
): Promise<JavaMaps> => {
  if (options.order.debugger !== true || pids.length === 0) return { warnings: [], remove: () => Promise.resolve() };
  const supervise = starter(transport, options, () => undefined);
  return writeJavaMaps(supervise, pids, seconds).catch((error: unknown) => {
    const why = error instanceof FridayError ? error.what : String(error);
    return { warnings: [{ code: 'java-map-failed', pid: pids[0] ?? 0, why }], remove: () => Promise.resolve() };
  });
};

/**
 * Fetches into the recording what symbolizing the output of its programs needs, so that it opens with the same names on
 * any machine; `seconds`: after which no further file is sent. What is missing stands in the facts of the program; an error
 * here never fails the recording.
 */
export const keepSymbols = async (
  transport: Transport,
  writer: RecordingWriter,
  options: StartOptions,
  seconds: number,
): Promise<readonly SymbolCost[]> => {
  const { order, away, prompter, facts } = options;
  const costs: SymbolCost[] = [];
  for (const [name, fact] of Object.entries(writer.manifest.programs ?? {})) {
    const needs = symbolNeeds(fact.program, name);
    if (needs === undefined || fact.bytes === 0) continue;
    try {
      const wanted = await wantedFor(transport, writer, { name, needs, options });
      const sudo = order.sudo === true && facts.user !== 'root';
      const how = { sudo, prompter, away, ticks: facts.ticks, seconds };
      const made = await javaMaps(transport, wanted, options, seconds);
      const fetched = await fetchSymbols(transport, wanted, symbolsPath(writer.dir), how).finally(made.remove);
      const warnings = [...made.warnings, ...fetched.warnings];
      writer.update({ programs: { [name]: { ...fact, warnings } } });
      costs.push(costOf(fetched));
    } catch (error) {
      const why = error instanceof FridayError ? error.what : String(error);
      writer.update({ programs: { [name]: { ...fact, warnings: [{ code: 'symbols-cut', why, left: 0 }] } } });
    }
  }
  return costs;
};
