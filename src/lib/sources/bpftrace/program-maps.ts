/** What the text of a program says of one of its maps. */
export interface ProgramMap {
  /** With its @. */
  readonly name: string;
  /** The expressions of its key; none if it has no key. */
  readonly keys: readonly string[];
  /** What its values are made by: 'hist', 'lhist', 'count'; '' if it is assigned otherwise. */
  readonly by: string;
}

/** The same text with blanks for comments and for what strings hold, so that brackets and names in it count. */
const withoutTexts = (text: string): string =>
  text.replace(/"(?:\\[^]|[^"\\])*"?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g, (found) =>
    found.startsWith('"') ? `"${' '.repeat(Math.max(0, found.length - 2))}"` : found.replace(/[^\n]/g, ' '),
  );

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };

/** The parts of a bracket that opens at `from`, and where it ends; undefined if it does not end. */
const partsAt = (
  code: string,
  from: number,
): { readonly parts: readonly (readonly [number, number])[]; readonly end: number } | undefined => {
  const open: string[] = [];
  const parts: [number, number][] = [];
  let start = from + 1;
  for (let i = from; i < code.length; i++) {
    const c = code[i] ?? '';
    const closing = CLOSING[c];
    if (closing !== undefined) open.push(closing);
    else if (c === open.at(-1)) open.pop();
    if (open.length === 1 && c === ',') {
      parts.push([start, i]);
      start = i + 1;
    }
    if (open.length === 0) return { parts: [...parts, [start, i]], end: i + 1 };
  }
  return undefined;
};

const ASSIGNED = /^\s*=\s*(\w+)\s*\(/;

/** What a use of a map at `at`, behind its name, says of it. */
const useAt = (text: string, code: string, at: number): Omit<ProgramMap, 'name'> => {
  const blank = /^\s*/.exec(code.slice(at))?.[0].length ?? 0;
  const bracket = code[at + blank] === '[' ? partsAt(code, at + blank) : undefined;
  const keys = (bracket?.parts ?? []).map(([from, to]) => text.slice(from, to).trim());
  return { keys, by: ASSIGNED.exec(code.slice(bracket?.end ?? at))?.[1] ?? '' };
};

/** The maps of a program of bpftrace by their names, in the order of the text. */
export const mapsOfProgram = (text: string): ReadonlyMap<string, ProgramMap> => {
  const code = withoutTexts(text);
  const maps = new Map<string, ProgramMap>();
  for (const { 0: name, index } of code.matchAll(/@\w*/g)) {
    const use = useAt(text, code, index + name.length);
    const known = maps.get(name);
    // print(@x) and clear(@x) name a map without its key.
    const keys = known !== undefined && known.keys.length > 0 ? known.keys : use.keys;
    maps.set(name, { name, keys, by: known?.by === undefined || known.by === '' ? use.by : known.by });
  }
  return maps;
};

/** Whether a program prints lines. */
export const printsLines = (text: string): boolean =>
  /\b(?:printf|print|time|cat|join|system|errorf|warnf)\s*\(\s*[^@\s]/.test(withoutTexts(text));
