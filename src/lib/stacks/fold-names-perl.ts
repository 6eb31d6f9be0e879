import type { FoldOptions, NamedFrame } from './fold-options.ts';

const unknown = ({ pc, dso }: NamedFrame, addrs: boolean): string => {
  const name = dso === '[unknown]' ? 'unknown' : dso.replace(/^[^\n]*\//, '');
  return addrs ? `[${name} <${pc}>]` : `[${name}]`;
};

const isGoMethod = (name: string): boolean => {
  const open = name.indexOf('.(');
  return open >= 0 && name.lastIndexOf(').') >= open + 2;
};

/** Removes arguments and quotes; keeps parentheses in names like Go's `net/http.(*Client).Do`. */
const tidy = (name: string): string => {
  const colons = name.replaceAll(';', ':');
  const bare = isGoMethod(colons) ? colons : colons.replace(/\((?!anonymous namespace\))[^\n]*/, '');
  return bare.replace(/["']/g, '');
};

/**
 * The names that stackcollapse-perf.pl makes of a stack line, outermost first: several if Java inlined ("a->b"), none
 * if the name starts with a parenthesis. Strings have one character per byte, as in Perl.
 */
export const perlNames = (frame: NamedFrame, java: boolean, options: FoldOptions): readonly string[] => {
  const raw = frame.name.replace(/\+0x[0-9a-f]+$/, '');
  if (raw.startsWith('(')) return [];
  const names: string[] = [];
  for (const part of splitArrows(raw)) {
    let name = tidy(part === '[unknown]' ? unknown(frame, options.addrs ?? false) : part);
    if (java && name.includes('/')) name = name.replace(/^L/, '');
    names.push(annotated(name, frame.dso, names.length > 0, options));
  }
  return names;
};

/** Perl's split drops trailing empty fields. */
const splitArrows = (raw: string): readonly string[] => {
  const parts = raw.split('->');
  while (parts.length > 0 && parts.at(-1) === '') parts.pop();
  return parts;
};

const annotated = (name: string, dso: string, inlined: boolean, { kernel, jit }: FoldOptions): string => {
  if (inlined) return name.includes('_[i]') ? name : `${name}_[i]`;
  if (kernel === true && /^\[|vmlinux$/.test(dso) && !dso.includes('unknown')) return `${name}_[k]`;
  if (jit === true && /\/tmp\/perf-[0-9]+\.map/.test(dso)) return name.includes('_[j]') ? name : `${name}_[j]`;
  return name;
};
