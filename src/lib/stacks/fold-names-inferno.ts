import type { FoldOptions, NamedFrame } from './fold-options.ts';
import { finishRustName } from './rust-names.ts';

const unknown = ({ pc, dso }: NamedFrame, addrs: boolean): string => {
  if (dso === '[unknown]' && !addrs) return '[unknown]';
  const name = dso === '[unknown]' ? 'unknown' : dso.slice(dso.lastIndexOf('/') + 1);
  return addrs ? `[${name} <${pc}>]` : `[${name}]`;
};

/**
 * Where the argument list of a name starts, or the name's length: the first parenthesis outside all brackets that
 * starts neither a Go method (`.(`) nor a C++ anonymous namespace.
 */
const argumentsIn = (name: string): number => {
  let depth = 0;
  let afterDot = -1;
  for (let i = 0; i < name.length; i++) {
    const c = name[i] ?? '';
    if ('<{['.includes(c)) depth++;
    else if ('>}])'.includes(c)) depth--;
    else if (c === '.') afterDot = i + 1;
    else if (c === '(') {
      if (depth === 0 && afterDot !== i && !name.startsWith('(anonymous namespace)', i)) return i;
      depth++;
    }
  }
  return name.length;
};

/** Whether the path ends in vmlinux, with or without a version. */
const isVmlinux = (dso: string): boolean => {
  const at = dso.lastIndexOf('vmlinux');
  return at >= 0 && /^[A-Za-z0-9._-]*$/.test(dso.slice(at));
};

const isKernel = (dso: string): boolean =>
  dso !== '[unknown]' && (dso.startsWith('[') || dso.endsWith('.ko') || isVmlinux(dso));

const isJit = (dso: string): boolean =>
  (dso.startsWith('/tmp/perf-') && dso.endsWith('.map')) || (dso.includes('/jitted-') && dso.endsWith('.so'));

/**
 * The names that inferno-collapse-perf makes of a stack line, outermost first: several if Java inlined ("a->b"), none
 * if the name starts with a parenthesis. Strings are decoded UTF-8.
 */
export const infernoNames = (frame: NamedFrame, java: boolean, options: FoldOptions): readonly string[] => {
  const raw = frame.name.replace(/\+0x[0-9a-fA-F]*$/, '');
  if (raw.startsWith('(')) return [];
  const names: string[] = [];
  for (const part of finishRustName(raw).split('->')) {
    const full = (part === '[unknown]' ? unknown(frame, options.addrs ?? false) : part).replaceAll(';', ':');
    let name = full.slice(0, argumentsIn(full));
    if (java && name.startsWith('L') && name.includes('/')) name = name.slice(1);
    names.push(annotated(name, frame.dso, names.length > 0, options));
  }
  return names;
};

const annotated = (name: string, dso: string, inlined: boolean, { kernel, jit }: FoldOptions): string => {
  if (inlined) return name.includes('_[i]') ? name : `${name}_[i]`;
  if (kernel === true && isKernel(dso)) return `${name}_[k]`;
  return jit === true && isJit(dso) && !name.includes('_[j]') ? `${name}_[j]` : name;
};
