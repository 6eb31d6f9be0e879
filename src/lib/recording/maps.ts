import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './disk.ts';
import { MAPS, programPath } from './layout.ts';

/** Writes the mappings of processes: '@PID', then the lines of its /proc/PID/maps. */
export const writeMaps = async (dir: string, program: string, maps: ReadonlyMap<number, string>): Promise<void> => {
  const text = [...maps].map(([pid, lines]) => `@${String(pid)}\n${lines}`).join('');
  await replaceFile(join(programPath(dir, program), MAPS), text);
};

/** The mappings by pid, from such a text. */
export const parseMaps = (text: string): ReadonlyMap<number, string> => {
  const maps = new Map<number, string>();
  // The name of a mapped file cannot begin a line: a newline in it is written as \012.
  for (const part of text.split(/^@/m).slice(1)) {
    const end = part.indexOf('\n');
    const pid = Number(part.slice(0, end));
    if (Number.isSafeInteger(pid) && end > 0) maps.set(pid, part.slice(end + 1));
  }
  return maps;
};

/** The mappings that were recorded beside a program's output; none if it needs none. */
export const readMaps = async (dir: string, program: string): Promise<ReadonlyMap<number, string>> =>
  parseMaps(await readFile(join(programPath(dir, program), MAPS), 'utf8').catch(() => ''));
