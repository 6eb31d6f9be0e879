import { demangleWhole } from './demangle-wasm.ts';

/**
 * Where the bracket that closes at `end` opens; -1 if it does not. Brackets inside names (`operator<`) are not counted.
 */
const opening = (text: string, end: number): number => {
  let depth = 0;
  for (let at = end; at >= 0; at--) {
    const code = text[at];
    if (code === ')' || code === '}') depth++;
    else if (code === '(' || code === '{') depth--;
    if (depth === 0) return at;
  }
  return -1;
};

/** Where the bracket that opens at `start` closes; the end of the text if it does not. */
const closing = (text: string, start: number): number => {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text[at];
    if (code === '(' || code === '{') depth++;
    else if (code === ')' || code === '}') depth--;
    if (depth === 0) return at;
  }
  return text.length - 1;
};

const qualifiers = /(?: const| volatile| restrict| ?&&?)+$/;

/** Removes the parameter list at the end and the qualifiers after it. */
const withoutParameters = (name: string): string => {
  const bare = name.replace(qualifiers, '');
  if (bare.endsWith('operator()')) return bare;
  if (!bare.endsWith(')')) return name;
  const from = opening(bare, bare.length - 1);
  return from > 0 ? bare.slice(0, from) : name;
};

/** Removes parameter lists of functions that are template arguments: `call<&f(int)>` becomes `call<&f>`. */
const withoutInnerParameters = (name: string): string => {
  let out = name;
  for (let from = out.indexOf('&'); from >= 0; from = out.indexOf('&', from + 1)) {
    if (!'<( '.includes(out[from - 1] ?? 'x') || !/[\w:(]/.test(out[from + 1] ?? ' ')) continue;
    let angle = 0;
    for (let at = from + 1; at < out.length; at++) {
      const code = out[at] ?? '';
      if (code === '<') angle++;
      else if (code === '>' && --angle < 0) break;
      else if (code === ',' && angle === 0) break;
      else if (code === '{') at = closing(out, at);
      else if (code === '(') {
        const to = closing(out, at);
        if (out.startsWith('(anonymous namespace)', at)) at = to;
        else if (angle === 0) {
          out = out.slice(0, at) + out.slice(to + 1).replace(/^ const/, '');
          break;
        } else at = to;
      }
    }
  }
  return out;
};

const suffixes: Readonly<Record<string, string>> = {
  'unsigned int': 'u',
  long: 'l',
  'unsigned long': 'ul',
  'long long': 'll',
  'unsigned long long': 'ull',
  int: '',
};

/** Numbers as libiberty prints them: `3ul` for `(unsigned long)3`. */
const literals = (name: string): string =>
  name.replace(
    /\((int|long|long long|unsigned int|unsigned long|unsigned long long)\)(-?\d+)/g,
    (_, type: string, digits: string) => `${digits}${suffixes[type] ?? ''}`,
  );

/** An empty parameter pack prints nothing; a function type has a blank before its parameters: `f<int, R (A)>`. */
const packsAndFunctionTypes = (name: string): string => {
  const out = name.replace(/, (?=>|, |\))/g, '');
  if (!out.includes('<')) return out;
  let text = '';
  let from = 0;
  let angle = 0;
  for (let at = 0; at < out.length; at++) {
    const code = out[at];
    if (code === '<') angle++;
    else if (code === '>') angle--;
    else if (code === '(' && angle > 0 && /[\w>]/.test(out[at - 1] ?? ' ')) {
      if (!/[,>]/.test(out[closing(out, at) + 1] ?? '')) continue;
      text += `${out.slice(from, at)} `;
      from = at;
    }
  }
  return text + out.slice(from);
};

/** Streams are printed with their short names, except in constructors and destructors. */
const streams: readonly (readonly [RegExp, string, string])[] = [
  [/^_ZNK?Si(?![CD][0-9])/, 'std::basic_istream<char, std::char_traits<char> >', 'std::istream'],
  [/^_ZNK?So(?![CD][0-9])/, 'std::basic_ostream<char, std::char_traits<char> >', 'std::ostream'],
  [/^_ZNK?Sd(?![CD][0-9])/, 'std::basic_iostream<char, std::char_traits<char> >', 'std::iostream'],
];

const shortStreams = (mangled: string, name: string): string => {
  const [, long, short] = streams.find(([pattern]) => pattern.test(mangled)) ?? [];
  return long !== undefined && short !== undefined && name.startsWith(long) ? short + name.slice(long.length) : name;
};

const special: readonly (readonly [RegExp, string])[] = [
  [/^\{vtable\((.*)\)\}$/s, 'vtable for $1'],
  [/^\{vtt\((.*)\)\}$/s, 'VTT for $1'],
  [/^\{typeinfo name\((.*)\)\}$/s, 'typeinfo name for $1'],
  [/^\{typeinfo\((.*)\)\}$/s, 'typeinfo for $1'],
  [/^\{virtual override thunk\(\{offset\(-?\d+\)\}, (.*)\)\}$/s, 'non-virtual thunk to $1'],
  [/^\{virtual override thunk\(\{virtual offset\([^)]*\)\}, (.*)\)\}$/s, 'virtual thunk to $1'],
];

const cxx = (mangled: string): string => {
  const whole = demangleWhole(mangled);
  // A name that the demangler cannot read comes back, sometimes without its first underscore.
  if (whole === mangled || whole === mangled.slice(1)) return mangled;
  const plain = literals(whole);
  for (const [pattern, text] of special) if (pattern.test(plain)) return plain.replace(pattern, text);
  return shortStreams(mangled, packsAndFunctionTypes(withoutInnerParameters(withoutParameters(plain))));
};

const legacyRust = /^(_ZN.*17h[0-9a-f]{16}E)(?:\.|$)/;

/** Removes suffixes that compilers add to parts of functions (`.cold`, `.part.0`, `.llvm.123`), as perf does. */
const cutSuffix = (name: string): string => legacyRust.exec(name)?.[1] ?? name.replace(/[.@].*$/s, '');

const known = new Map<string, string>();

/** A name as `perf script` shows it: C++ without parameters, Rust without its hash; other names unchanged. */
export const demangle = (name: string): string => {
  if (!name.startsWith('_Z') && !name.startsWith('_R') && !name.startsWith('__Z')) return name;
  const found = known.get(name);
  if (found !== undefined) return found;
  const bare = cutSuffix(name);
  const rust = bare.startsWith('_R') || legacyRust.test(bare);
  const shown = rust ? demangleWhole(bare) : cxx(bare);
  const out = shown === bare ? name : shown;
  known.set(name, out);
  return out;
};
