import { fileURLToPath } from 'node:url';
import type { Position } from '../language/language.ts';

/** Maps a position in the code that V8 ran to the text of its cell. */
export interface CellSource {
  readonly name: string;
  readonly position: (line: number, column: number) => Position | undefined;
}

const sources = new Map<string, CellSource>();
const parent = (url: string): string => url.slice(0, url.lastIndexOf('/'));
/** The folder of the kernel's own code: kernel/src/, or dist/ when bundled. */
const own = `${parent(parent(import.meta.url))}/`;
const ownPath = fileURLToPath(own);

/** Registers the code of a cell; never removed, since functions outlive their cell. */
export const know = (filename: string, source: CellSource): void => {
  sources.set(filename, source);
};

export const cellSource = (filename: string): CellSource | undefined => sources.get(filename);

export const isCell = (filename: string): boolean => sources.has(filename);

/** True for a file of the kernel itself. */
export const isOwn = (filename: string): boolean => filename.startsWith(own) || filename.startsWith(ownPath);
