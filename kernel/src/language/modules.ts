import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script, constants } from 'node:vm';
import { packageRoot } from '../../../src/lib/paths.ts';
import { applyEdits, blank } from './edits.ts';
import type { Edit } from './edits.ts';
import type { Position } from './language.ts';
import { lineStarts, offsetAt, positionAt } from './lines.ts';
import { findFile, versionOf } from './local-files.ts';
import { findNames } from './names.ts';
import { strip } from './strip.ts';
import type { Stripped } from './strip.ts';

/** URL parameter for the version of a local file: Node loads another version as another module. */
const VERSION = 'fbf-version';

type NextResolve = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput;
type NextLoad = (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput;

/** Imports for cells: resolved by Node from the notebook's folder; local files in their latest version. */
export interface Modules {
  readonly load: (specifier: string, options?: ImportCallOptions) => Promise<object>;
  /** Maps a position in a compiled local file to the file as written. */
  position(url: string, line: number, column: number): Position | undefined;
}

export const createModules = (folder: string): Modules => {
  const cell = join(folder, '__cell__');
  const cellUrl = pathToFileURL(cell).href;
  /** Files in which compiling changed positions. */
  const moved = new Map<string, (line: number, column: number) => Position | undefined>();
  const trampoline = (): ((specifier: string, options?: ImportCallOptions) => Promise<object>) => {
    registerHooks({
      resolve: (specifier, context, next) => resolveFrom(specifier, context, next, cellUrl),
      load: (url, context, next) => loadLocal(url, context, next, moved),
    });
    const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const script = new Script('(specifier, options) => import(specifier, options)', {
      filename: cell,
      importModuleDynamically,
    });
    return script.runInThisContext() as (specifier: string, options?: ImportCallOptions) => Promise<object>;
  };
  let load: ReturnType<typeof trampoline> | undefined;
  return {
    load: (specifier, options) => (load ??= trampoline())(specifier, options),
    position: (url, line, column) => moved.get(url)?.(line, column),
  };
};

/** Handles only imports of cells and of the local files that these import. */
const resolveFrom = (
  specifier: string,
  context: ResolveHookContext,
  next: NextResolve,
  cellUrl: string,
): ResolveFnOutput => {
  const parent = context.parentURL ?? '';
  if (parent !== cellUrl && !parent.includes(VERSION)) return next(specifier, context);
  const file = localFile(specifier, parent);
  if (file !== undefined && !file.includes('/node_modules/')) return localModule(file, context, next);
  try {
    return next(specifier, context);
  } catch (error) {
    return ownDependency(specifier, context, next, error);
  }
};

const localFile = (specifier: string, parent: string): string | undefined => {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  if (!/^\.{0,2}\//.test(specifier) && !/^\.{1,2}$/.test(specifier)) return undefined;
  return findFile(resolve(dirname(fileURLToPath(parent.split('?')[0] ?? parent)), specifier));
};

const MODULES = /^\.(ts|mts|js|mjs)$/;

const localModule = (file: string, context: ResolveHookContext, next: NextResolve): ResolveFnOutput => {
  const url = pathToFileURL(file);
  const ending = extname(file);
  if (ending !== '.json' && !MODULES.test(ending)) return next(url.href, context);
  url.searchParams.set(VERSION, versionOf(file));
  const attributes = ending === '.json' ? { ...context.importAttributes, type: 'json' } : context.importAttributes;
  return {
    url: url.href,
    importAttributes: attributes,
    format: ending === '.json' ? 'json' : 'module',
    shortCircuit: true,
  };
};

/** The library and its dependencies (arquero, vega) can be imported from any folder. */
const ownDependency = (
  specifier: string,
  context: ResolveHookContext,
  next: NextResolve,
  error: unknown,
): ResolveFnOutput => {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
  const parentURL = pathToFileURL(join(packageRoot, 'package.json')).href;
  try {
    return next(specifier, { ...context, parentURL });
  } catch {
    throw error;
  }
};

const loadLocal = (
  url: string,
  context: LoadHookContext,
  next: NextLoad,
  moved: Map<string, (line: number, column: number) => Position | undefined>,
): LoadFnOutput => {
  if (!url.includes(VERSION)) return next(url, context);
  const file = fileURLToPath(url.split('?')[0] ?? url);
  if (!MODULES.test(extname(file))) return next(url, context);
  const source = readFileSync(file, 'utf8');
  const result = strip(source);
  if (!result.ok) {
    const { line, column, message } = result.diagnostic;
    throw new SyntaxError(`${file}:${line}:${column} - ${message}`);
  }
  const { stripped } = result;
  if (isCommonJs(file, stripped)) return next(url, { ...context, format: 'commonjs' });
  const edited = applyEdits(stripped.code, typeImports(stripped));
  if (stripped.original) moved.set(url, wayBack(source, stripped));
  return { format: 'module', source: edited.code, shortCircuit: true };
};

const isCommonJs = (file: string, { code, program }: Stripped): boolean =>
  file.endsWith('.js') &&
  /\b(module\.exports|exports\.|require\()/.test(code) &&
  !program.body.some(({ type }) => type.startsWith('Import') || type.startsWith('Export'));

/**
 * Removes imports that are used only as types, as TypeScript does without `verbatimModuleSyntax`: at run time the
 * module has no such export. Line numbers stay.
 */
const typeImports = ({ code, program }: Stripped): Edit[] => {
  const names = findNames(program);
  const used = new Set(names.references.map(({ name }) => name));
  for (const node of program.body) {
    if (node.type !== 'ExportNamedDeclaration' || node.source) continue;
    for (const { local } of node.specifiers) if (local.type === 'Identifier') used.add(local.name);
  }
  const edits: Edit[] = [];
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration' || node.specifiers.length === 0) continue;
    const unused = node.specifiers.filter(({ local }) => !used.has(local.name));
    if (unused.length === node.specifiers.length)
      edits.push({ start: node.start, end: node.end, text: blank(code.slice(node.start, node.end)) });
    else for (const specifier of unused) edits.push(...dropSpecifier(code, specifier));
  }
  return edits;
};

/** Removes one name of a list with the comma behind it; a default or `* as` import may stay, it does no harm. */
const dropSpecifier = (code: string, { type, start, end }: { type: string; start: number; end: number }): Edit[] => {
  if (type !== 'ImportSpecifier') return [];
  const comma = /^\s*,/.exec(code.slice(end))?.[0].length ?? 0;
  return [{ start, end: end + comma, text: blank(code.slice(start, end + comma)) }];
};

const wayBack = (
  source: string,
  { code, original }: Stripped,
): ((line: number, column: number) => Position | undefined) => {
  const from = lineStarts(code);
  const to = lineStarts(source);
  return (line, column) => {
    const offset = offsetAt(from, line, column);
    const found = offset === undefined ? undefined : original?.(offset);
    return found === undefined ? undefined : positionAt(to, found);
  };
};
