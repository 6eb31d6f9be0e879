import type { Entry } from './entry.ts';
import type { Prepared } from './check-cell.ts';
import type { Project } from './project.ts';
import { TYPE_FOLLOWS } from './inspect.ts';
import { FLAG } from './symbols.ts';
import type { NativeSymbol } from './symbols.ts';
import { scan } from './tokens.ts';

type Prepare = (text: string, project: Project) => Promise<Prepared>;

const KEYWORDS =
  'abstract any as asserts async await bigint boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for function if implements import in infer instanceof interface is keyof let module namespace never new null number object of package readonly return satisfies string super switch symbol this throw true try type typeof undefined unique unknown using var void while with yield'.split(
    ' ',
  );

/** Sort order of completions: fitting literals, names that the text declares, all others. */
const FITS = '10';
const NEAR = '11';
const GLOBAL = '15';

const KEYWORD_KIND = 14;
/** TypeScript's SymbolFlags.Value, Type and Namespace. */
const VALUES = 111551;
const TYPES = 788968 | 1920;

/**
 * Completions for a bare name. The compiler's API (7.0) refuses this question, since it would have to offer imports as
 * well, so the list is put together here: words of the text and names of earlier cells that resolve at the cursor,
 * properties of globalThis, keywords, and string literals that fit.
 */
export const namesInScope = async (
  project: Project,
  prepare: Prepare,
  source: string,
  start: number,
  end: number,
): Promise<readonly Entry[]> => {
  const rest = `${source.slice(0, start)}${' '.repeat(end - start)}${source.slice(end)}`;
  const near = await wordsThatResolve(project, prepare, rest, start);
  const literals = await fittingLiterals(project, prepare, source, start, end);
  const known = new Set(near.map(({ name }) => name));
  const world = (await globals(project, prepare)).filter(({ name }) => !known.has(name));
  const all = [...literals, ...near, ...world];
  return all;
};

/** Words of the text and names of earlier cells that resolve at this offset. */
const wordsThatResolve = async (
  project: Project,
  prepare: Prepare,
  text: string,
  position: number,
): Promise<Entry[]> => {
  const typed = TYPE_FOLLOWS.test(text.slice(0, position));
  const { live } = await prepare(text, project);
  const names = [...(typed ? live.types : live.values).keys()];
  const words = scan(text).tokens.filter(({ kind }) => kind === 'word');
  const candidates = [...new Set(['arguments', ...words.map(({ text: word }) => word)])];
  const params = { file: project.cellFile, meaning: typed ? TYPES : VALUES, position, excludeGlobals: true };
  const found = await Promise.all(
    candidates.map(async (name) =>
      project.ask<NativeSymbol | null>('resolveName', { ...params, name }).catch(() => null),
    ),
  );
  const here = candidates.flatMap((name, index): Entry[] => {
    const symbol = found[index];
    return symbol ? [{ name, kind: kindOf(symbol.flags), sortText: NEAR }] : [];
  });
  const earlier = names.filter((name) => !candidates.includes(name)).map((name) => ({ name, kind: 6, sortText: NEAR }));
  return [...here, ...earlier];
};

/** LSP's kinds, as in completion items. */
const kindOf = (flags: number): number => {
  if (flags & (FLAG.function | FLAG.method)) return 3;
  if (flags & FLAG.class) return 7;
  if (flags & (FLAG.interface | FLAG.typeAlias)) return 8;
  if (flags & (FLAG.module | FLAG.alias)) return 9;
  if (flags & FLAG.enum) return 13;
  return 6;
};

/** String literals that the expected type allows: asks the compiler as if quotation marks stood at the cursor. */
const fittingLiterals = async (
  project: Project,
  prepare: Prepare,
  source: string,
  start: number,
  end: number,
): Promise<Entry[]> => {
  if (!/(?:[=(,:?[{|&]|\breturn)\s*$/.test(source.slice(0, start))) return [];
  await prepare(`${source.slice(0, start)}""${source.slice(end)}`, project);
  const params = { file: project.cellFile, position: start + 1 };
  const reply = await project
    .ask<{ entries: readonly Entry[] } | null>('getCompletionsAtPosition', params)
    .catch(() => null);
  return (reply?.entries ?? []).map(({ name }) => ({ name: JSON.stringify(name), kind: 12, sortText: FITS }));
};

let cached: { readonly project: Project; readonly entries: readonly Entry[] } | undefined;

/** The properties of globalThis, to which cells cannot add, and the keywords. */
const globals = async (project: Project, prepare: Prepare): Promise<readonly Entry[]> => {
  if (cached?.project === project) return cached.entries;
  const text = 'globalThis.';
  await prepare(text, project);
  const params = { file: project.cellFile, position: text.length };
  const reply = await project
    .ask<{ entries: readonly Entry[] } | null>('getCompletionsAtPosition', params)
    .catch(() => null);
  const found = (reply?.entries ?? []).map(({ name, kind }) => ({ name, kind: kind ?? 6, sortText: GLOBAL }));
  const names = new Set(found.map(({ name }) => name));
  const words = KEYWORDS.filter((name) => !names.has(name)).map((name) => ({
    name,
    kind: KEYWORD_KIND,
    sortText: GLOBAL,
  }));
  const jupyter = { name: 'jupyter', kind: 6, sortText: GLOBAL };
  const entries = [...found, ...words, jupyter];
  if (found.length > 0) cached = { project, entries };
  return entries;
};
