import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { processTable } from '../sources/formats/process-table.ts';
import { openCursor } from './cursor.ts';
import type { Manifest, ProcessFact, ProgramFact, SourceFact } from './format.ts';
import { MOST_PROCESSES, OUTPUT, PROCESSES, programPath } from './layout.ts';

type Counted = Pick<SourceFact, 'samples' | 'achieved'>;

const count = async (dir: string, stream: string): Promise<Counted> => {
  let [samples, first, last] = [0, 0, 0];
  for await (const { t } of openCursor(dir, stream, { only: [] }).read()) {
    if (samples++ === 0) first = t;
    last = t;
  }
  return { samples, achieved: last > first ? (samples - 1) / (last - first) : 0 };
};

/** A source that failed in an early manifest, before any sample had arrived, is ok if samples exist. */
const withCounts = (fact: SourceFact, counted: Counted): SourceFact => ({
  ...fact,
  ...counted,
  ...(fact.samples === 0 && counted.samples > 0 ? { status: 'ok' as const } : {}),
});

const processesOf = async (dir: string): Promise<readonly ProcessFact[]> => {
  const table = processTable(MOST_PROCESSES);
  for await (const sample of openCursor(dir, PROCESSES).read()) table.add(sample);
  return table.facts();
};

/** A program that ran when the writer was killed: its output ends anywhere. */
const cutProgram = async (dir: string, name: string, fact: ProgramFact): Promise<ProgramFact> => {
  if (fact.status !== 'running') return fact;
  const bytes = await stat(join(programPath(dir, name), OUTPUT)).then(({ size }) => size, () => 0); // prettier-ignore
  return { ...fact, status: 'cut', why: 'the recorder was killed', bytes };
};

/** The manifest of a recording whose writer was killed, updated from the segments, which may be 10 s newer. */
export const recounted = async (dir: string, manifest: Manifest): Promise<Manifest> => {
  const sources = await Promise.all(
    Object.entries(manifest.sources).map(
      async ([name, fact]) => [name, withCounts(fact, await count(dir, name))] as const,
    ),
  );
  const processes = Object.hasOwn(manifest.sources, PROCESSES) ? await processesOf(dir) : manifest.processes;
  const programs = await Promise.all(
    Object.entries(manifest.programs ?? {}).map(
      async ([name, fact]) => [name, await cutProgram(dir, name, fact)] as const,
    ),
  );
  return {
    ...manifest,
    sources: Object.fromEntries(sources),
    ...(programs.length === 0 ? {} : { programs: Object.fromEntries(programs) }),
    processes,
  };
};
