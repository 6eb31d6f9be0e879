import type { Token } from './tokens.ts';

/** What a cell declares, as TypeScript sees it. */
export type DeclaredKind =
  'let' | 'const' | 'var' | 'using' | 'function' | 'class' | 'enum' | 'namespace' | 'interface' | 'type' | 'import';

export interface Declared {
  readonly name: string;
  readonly kind: DeclaredKind;
  /** Offset of the name. */
  readonly start: number;
  /** `let x` or `let x = null`: neither an annotation nor a value that gives a type. */
  readonly open?: boolean;
}

/** One import statement: `names` maps local names to exported ones; `*` is the namespace, `default` the default. */
export interface Imported {
  readonly start: number;
  readonly end: number;
  readonly specifier: string;
  readonly names: readonly { readonly local: string; readonly exported: string; readonly start: number }[];
}

/** Text that is not allowed inside a namespace: `export`, `export default`, `export { ... }`. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Declarations {
  readonly declared: readonly Declared[];
  readonly imports: readonly Imported[];
  readonly exports: readonly Stretch[];
}

const MODIFIERS = new Set(['export', 'default', 'declare', 'async', 'abstract']);
const STARTS =
  /^(let|const|var|using|await|function|class|enum|interface|type|namespace|module|import|export|default|declare|async|abstract)$/;
/** A line that ends in one of these continues on the next line. */
const GOES_ON =
  /^([=+\-*/%&|^<>?:,.([{~!]|=>|\?\?=?|&&=?|\|\|=?|\?\.|\.\.\.|[<>!=]=+|extends|implements|new|return|typeof|in|of|as)$/;

/** Finds the top-level declarations of a cell by its tokens: fast, and correct for code as formatters write it. */
export const findDeclarations = (tokens: readonly Token[]): Declarations => {
  const words = tokens.filter(({ kind }) => kind !== 'comment');
  const declared: Declared[] = [];
  const imports: Imported[] = [];
  const exports: Stretch[] = [];
  for (let at = 0; at < words.length; at++) {
    const token = words[at];
    if (token?.kind !== 'word' || !STARTS.test(token.text)) continue;
    if (token.depth > 0 ? !isLoopVar(words, at) : !beginsStatement(words, at)) continue;
    at = declaration(words, at, { declared, imports, exports });
  }
  return { declared, imports, exports };
};

/** `for (var i ...)` declares `i` for the whole cell. */
const isLoopVar = (words: readonly Token[], at: number): boolean =>
  words[at]?.text === 'var' && words[at].depth === 1 && words[at - 1]?.text === '(' && words[at - 2]?.text === 'for';

const beginsStatement = (words: readonly Token[], at: number): boolean => {
  const before = words[at - 1];
  if (!before || before.text === ';' || before.text === '}' || before.text.startsWith('@')) return true;
  if (before.text === ')') return decorated(words, at - 1) || words[at]?.newline === true;
  return words[at]?.newline === true && !GOES_ON.test(before.text);
};

/** True if the closing bracket ends a decorator's call, as in `@decorator(...) class`. */
const decorated = (words: readonly Token[], close: number): boolean => {
  const depth = words[close]?.depth ?? 0;
  for (let at = close - 1; at >= 0; at--) {
    const token = words[at];
    if (token?.text === '(' && token.depth === depth) return words[at - 1]?.text.startsWith('@') ?? false;
  }
  return false;
};

interface Found {
  readonly declared: Declared[];
  readonly imports: Imported[];
  readonly exports: Stretch[];
}

/** Reads the declaration that begins at a token; returns the index of the last token that it read. */
const declaration = (words: readonly Token[], from: number, found: Found): number => {
  let at = from;
  while (MODIFIERS.has(words[at]?.text ?? '') && words[at + 1]?.kind === 'word') at++;
  const first = words[from];
  if (first?.text === 'export') noteExport(words, from, at, found);
  const keyword = words[at]?.text;
  const next = words[at + 1];
  switch (keyword) {
    case 'let':
    case 'var':
      return bindings(words, at + 1, keyword, found);
    case 'const':
      return next?.text === 'enum' ? named(words, at + 2, 'enum', found) : bindings(words, at + 1, 'const', found);
    case 'await':
      return next?.text === 'using' ? bindings(words, at + 2, 'using', found) : at;
    case 'using':
      return next?.kind === 'word' && !next.newline ? bindings(words, at + 1, 'using', found) : at;
    case 'function':
      return named(words, next?.text === '*' ? at + 2 : at + 1, 'function', found);
    case 'class':
    case 'enum':
    case 'interface':
    case 'type':
    case 'namespace':
      return next?.newline === true ? at : named(words, at + 1, keyword, found);
    case 'module':
      return next?.newline === true ? at : named(words, at + 1, 'namespace', found);
    case 'import':
      return importStatement(words, at, found);
    default:
      return at;
  }
};

/** Removes `export` in front of a declaration, and whole `export { ... }` and `export *` statements. */
const noteExport = (words: readonly Token[], from: number, at: number, { exports }: Found): void => {
  const first = words[from];
  if (!first) return;
  if (at === from && /^[{*]$/.test(words[from + 1]?.text ?? '')) {
    let end = from + 1;
    while (words[end + 1] && !(words[end + 1]?.depth === 0 && words[end + 1]?.newline)) {
      if (words[++end]?.text === ';') break;
    }
    exports.push({ start: first.start, end: words[end]?.end ?? first.end });
    return;
  }
  const isDefault = words[from + 1]?.text === 'default';
  exports.push({ start: first.start, end: (isDefault ? words[from + 1]?.end : undefined) ?? first.end });
};

const named = (words: readonly Token[], at: number, kind: DeclaredKind, { declared }: Found, open = false): number => {
  const token = words[at];
  if (token?.kind !== 'word') return at - 1;
  declared.push({ name: token.text, kind, start: token.start, ...(open ? { open } : {}) });
  return at;
};

const ends = (token: Token | undefined): boolean => !token || token.newline || /^[;,)]$/.test(token.text);

const isOpen = (words: readonly Token[], at: number): boolean =>
  ends(words[at + 1]) ||
  (words[at + 1]?.text === '=' && /^(null|undefined)$/.test(words[at + 2]?.text ?? '') && ends(words[at + 3]));

/** `a = 1, { b, c: [d] } = e`: the names of each pattern; skips initial values and types. */
const bindings = (words: readonly Token[], from: number, kind: DeclaredKind, found: Found): number => {
  let at = pattern(words, from, kind, found);
  const depth = words[from]?.depth ?? 0;
  let generics = 0;
  for (; at + 1 < words.length; at++) {
    const next = words[at + 1];
    if (!next || next.depth < depth || (next.depth === depth && next.text === ';')) return at;
    if (next.depth > depth) continue;
    if (next.newline && generics === 0 && !GOES_ON.test(words[at]?.text ?? '') && !GOES_ON.test(next.text)) return at;
    if (next.text === '<' && words[at]?.kind === 'word') generics++;
    if (next.text === '>' && generics > 0) generics--;
    if (next.text === ',' && generics === 0) at = pattern(words, at + 2, kind, found) - 1;
  }
  return at;
};

const pattern = (words: readonly Token[], at: number, kind: DeclaredKind, found: Found): number => {
  const first = words[at];
  if (first?.kind === 'word') return named(words, at, kind, found, isOpen(words, at));
  if (first?.text !== '{' && first?.text !== '[') return at;
  let end = at + 1;
  for (; end < words.length && (words[end]?.depth ?? 0) > first.depth; end++) {
    if (bindsHere(words, end, first.depth)) named(words, end, kind, found);
  }
  return end;
};

/** In `{ a, b: c = d, ...e }` the declared names are a, c and e: not keys, not defaults. */
const bindsHere = (words: readonly Token[], at: number, depth: number): boolean => {
  const token = words[at];
  const before = words[at - 1]?.text ?? '';
  const after = words[at + 1]?.text ?? '';
  if (token?.kind !== 'word' || after === ':' || token.depth <= depth) return false;
  return /^([,{[:]|\.\.\.)$/.test(before) && /^[,}\]=]$/.test(after);
};

const importStatement = (words: readonly Token[], from: number, { declared, imports }: Found): number => {
  const next = words[from + 1];
  if (!next || next.text === '(' || next.text === '.') return from;
  if (words[from + 2]?.text === '=' && next.kind === 'word') {
    declared.push({ name: next.text, kind: 'import', start: next.start });
    return from + 2;
  }
  let at = from + 1;
  while (at < words.length && words[at]?.kind !== 'string') at++;
  const names = importedNames(words.slice(from + 1, at));
  const source = words[at];
  if (!source) return from;
  at = behindAttributes(words, at);
  const specifier = source.text.slice(1, -1);
  imports.push({ start: words[from]?.start ?? 0, end: words[at]?.end ?? source.end, specifier, names });
  for (const { local, start } of names) declared.push({ name: local, kind: 'import', start });
  return at;
};

const behindAttributes = (words: readonly Token[], from: number): number => {
  let at = from;
  if (/^(with|assert)$/.test(words[at + 1]?.text ?? '') && words[at + 2]?.text === '{') {
    at += 2;
    while (at + 1 < words.length && (words[at + 1]?.depth ?? 0) > (words[from]?.depth ?? 0)) at++;
    if (words[at]?.text !== '}') at++;
  }
  return words[at + 1]?.text === ';' ? at + 1 : at;
};

/** The names between `import` and `from`. */
const importedNames = (words: readonly Token[]): Imported['names'] => {
  const names: { local: string; exported: string; start: number }[] = [];
  words.forEach((token, at) => {
    if (token.kind !== 'word' || (/^(type|from|as)$/.test(token.text) && !isLocal(words, at))) return;
    const before = words[at - 1]?.text;
    const after = words[at + 1]?.text;
    if (after === 'as' && words[at + 2]?.kind === 'word' && words[at + 2]?.text !== 'from') return;
    const exported = before === 'as' ? (words[at - 2]?.text ?? '') : token.depth === 0 ? 'default' : token.text;
    names.push({ local: token.text, exported: exported.replace(/^["']|["']$/g, ''), start: token.start });
  });
  return names;
};

/** `type`, `from` and `as` can be names, where the grammar allows no keyword. */
const isLocal = (words: readonly Token[], at: number): boolean => {
  const token = words[at];
  if (token?.text === 'type') return /^[,}]?$/.test(words[at + 1]?.text ?? '') && at + 1 < words.length;
  return false;
};
