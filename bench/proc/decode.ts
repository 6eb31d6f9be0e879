import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecording } from '../../src/lib/recording/open.ts';
import { createRecording } from '../../src/lib/recording/writer.ts';
import type { Decoder } from '../../src/lib/sources/source.ts';
import type { Many } from './host-of-many.ts';
import { manyFrames, manyStart } from './host-of-many.ts';

const SOURCES = ['proc.pid.stat', 'proc.pid.status', 'proc.pid.schedstat', 'proc.pid.io'];

const sizeOf = async (dir: string): Promise<number> => {
  let sum = 0;
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name))).size;
  return sum;
};

/** Writes the recording of a generated host; returns its size on disk in bytes. */
const write = async (dir: string, many: Many): Promise<number> => {
  const writer = await createRecording(dir, manyStart);
  for (const frame of manyFrames(many)) await writer.append(frame);
  await writer.close('complete');
  return sizeOf(dir);
};

/** Prints the size on disk of a recording of many processes, and the time and memory to decode it. */
export const decodeBench = async (many: Many): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'fbf-bench-'));
  try {
    const bytes = await write(dir, many);
    const began = performance.now();
    const recording = await openRecording(dir);
    let rows = 0;
    let cells = 0;
    let bits = 0;
    let exact = 0;
    // As in real use, read one table after the other and drop each from the only map that holds it. A copy of the map
    // would keep the first table with all its columns alive in this suspended function.
    const tables = (await recording.tables(SOURCES)) as Map<string, ReturnType<Decoder['table']>>;
    const whole = performance.now() - began;
    for (const [name, { table }] of tables) {
      tables.delete(name);
      rows += table.size;
      // Columns are computed when first read; reading all of them gives the full cost.
      for (const column of Object.values(table.data)) {
        cells += column.kind === 'number' ? column.values.length : column.codes.length;
        bits += (column.valid?.length ?? 0) * 8;
        if (column.kind === 'number') exact += column.exact?.length ?? 0;
      }
    }
    const seconds = (performance.now() - began) / 1000;
    const memory = process.resourceUsage().maxRSS / 1024;
    process.stdout.write(
      `${many.seconds} s, ${many.processes} processes, ${many.active * 100} % active: ` +
        `${(bytes / 1e6).toFixed(1)} MB on disk, tables in ${(whole / 1000).toFixed(1)} s, with every column made ${seconds.toFixed(1)} s ` +
        `(${(rows / 1e6).toFixed(1)} M rows, ${(cells / 1e6).toFixed(0)} M cells, ${(bits / 1e6).toFixed(0)} M bits of validity, ${(exact / 1e6).toFixed(1)} M exact), ${memory.toFixed(0)} MB at most\n`,
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
