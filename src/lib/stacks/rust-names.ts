/** Escapes of Rust's legacy mangling for characters that an ELF symbol must not contain. */
const escapes: Readonly<Record<string, string>> = {
  $SP$: '@',
  $BP$: '*',
  $RF$: '&',
  $LT$: '<',
  $GT$: '>',
  $LP$: '(',
  $RP$: ')',
  $C$: ',',
  $u7e$: '~',
  $u20$: ' ',
  $u27$: "'",
  $u3d$: '=',
  $u5b$: '[',
  $u5d$: ']',
  $u7b$: '{',
  $u7d$: '}',
  $u3b$: ';',
  $u2b$: '+',
  $u21$: '!',
  $u22$: '"',
};
const ESCAPE = /^\$(?:SP|BP|RF|LT|GT|LP|RP|C|u7e|u20|u27|u3d|u5b|u5d|u7b|u7d|u3b|u2b|u21|u22)\$/;
const HASH = /h[0-9a-fA-F]{16}$/;

/**
 * Completes a Rust name that perf demangled as C++: removes the hash, turns `..` into `::` and `$LT$` into `<`. Other
 * names are unchanged; from an unknown escape on, the rest is unchanged.
 */
export const finishRustName = (name: string): string => {
  if (!HASH.test(name)) return name;
  let rest = name.slice(0, -17);
  if (rest.endsWith('::')) rest = rest.slice(0, -2);
  if (rest.startsWith('_$')) rest = rest.slice(1);
  let out = '';
  while (rest !== '') {
    const escape = ESCAPE.exec(rest)?.[0];
    if (rest.startsWith('$') && escape === undefined) return out + rest;
    const [taken, said] = escape === undefined ? plain(rest) : [escape.length, escapes[escape] ?? ''];
    out += said;
    rest = rest.slice(taken);
  }
  return out;
};

const plain = (rest: string): readonly [number, string] => {
  if (rest.startsWith('..')) return [2, '::'];
  if (rest.startsWith('.')) return [1, '.'];
  const to = rest.search(/[.$]/);
  return to < 0 ? [rest.length, rest] : [to, rest.slice(0, to)];
};
