import type { FileText } from '../define.ts';
import { lines, number, words } from '../text.ts';

/** Reads a file of lines "name number": cpu.stat, memory.events. Other lines become warnings. */
export const flatKeyed = ({ text, unexpected }: Pick<FileText, 'text' | 'unexpected'>): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const line of lines(text)) {
    const [name = '', value, more] = words(line);
    const known = number(value);
    if (known === undefined || more !== undefined) unexpected('a name and a number', line);
    else found.set(name, known);
  }
  return found;
};
