import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { CellScope } from './cell-scope.ts';
import { findDeclarations } from './declarations.ts';
import type { Declarations } from './declarations.ts';
import { matters, toDiagnostic } from './diagnostics.ts';
import type { Cell, Diagnostic } from './language.ts';
import { visibleNames } from './live-names.ts';
import type { LiveNames } from './live-names.ts';
import type { LocalFiles } from './local-types.ts';
import { openProject } from './project.ts';
import type { NativeDiagnostic, Project } from './project.ts';
import { suggestion } from './suggest.ts';
import { scan } from './tokens.ts';

/** A text as the checker sees it: the user's text, then declarations that make earlier names visible. */
export interface Prepared {
  readonly declarations: Declarations;
  /** The names that earlier cells declared. */
  readonly live: LiveNames;
  /** Offset at which the user's text ends. */
  readonly length: number;
}

/** Loads Node's types and those of the language before the first real cell. */
const WARM_UP = 'const warm: string = process.version; await Promise.all([warm].map(async (x) => x.length));';

/** How often names are corrected when the quick scan of a cell was wrong about them. */
const ROUNDS = 3;

/** A program that has already answered one question, so that the next answer is quick. */
export const warm = async (folder: string, scope: CellScope, log: (line: string) => void): Promise<Project> => {
  const opened = await openProject(folder, log);
  await opened.update(opened.scopeFile, scope.text());
  await opened.update(opened.cellFile, WARM_UP);
  await diagnose(opened, opened.cellFile);
  return opened;
};

/**
 * Gives the checker a text and the earlier names that it uses; `misread` are names that it does not declare after all.
 */
export const put = async (
  project: Project,
  scope: CellScope,
  source: string,
  misread: ReadonlySet<string>,
): Promise<Prepared> => {
  const declarations = findDeclarations(scan(source).tokens);
  const own = new Set(declarations.declared.map(({ name }) => name).filter((name) => !misread.has(name)));
  await project.update(project.cellFile, `${source}\n;${visibleNames(source, own, scope.live, false)}`);
  return { declarations, live: scope.live, length: source.length };
};

const diagnose = async (project: Project, file: string): Promise<NativeDiagnostic[]> => {
  const [syntax, types] = await Promise.all([
    project.ask<NativeDiagnostic[] | null>('getSyntacticDiagnostics', { file }),
    project.ask<NativeDiagnostic[] | null>('getSemanticDiagnostics', { file }),
  ]);
  const all = [...(syntax ?? []), ...(types ?? [])].filter(matters);
  return all.sort((a, b) => a.pos - b.pos);
};

/** Errors in a cell and in the user's own files that it imports, in the order of the text. */
export const checkCell = async (
  project: Project,
  scope: CellScope,
  files: LocalFiles,
  { source }: Cell,
): Promise<Diagnostic[]> => {
  const stale = files.stale();
  if (stale.length > 0) await project.changed(stale);
  const misread = new Set<string>();
  let prepared = await put(project, scope, source, misread);
  let found = await diagnose(project, project.cellFile);
  if (found.some(({ code }) => code === MISSING_MODULE)) {
    await project.invalidate();
    found = await diagnose(project, project.cellFile);
  }
  for (let round = 1; round < ROUNDS && heal(found, prepared, scope, misread, source); round++) {
    prepared = await put(project, scope, source, misread);
    found = await diagnose(project, project.cellFile);
  }
  const own: Diagnostic[] = [];
  for (const diagnostic of found) {
    if (diagnostic.pos > prepared.length) continue;
    const meant = await suggestion(project, source, diagnostic);
    own.push(toDiagnostic(diagnostic, source, { ...(meant === undefined ? {} : { meant }) }));
  }
  return [...(await checkFiles(project, files, prepared.declarations)), ...own];
};

const MISSING_MODULE = 2307;

/**
 * Corrects mistakes of the quick scan. An error behind the user's text means that the cell declares that name itself,
 * or that the name is no type. A name that is not found is an earlier one that the cell does not declare.
 */
const heal = (
  found: readonly NativeDiagnostic[],
  { length, declarations }: Prepared,
  { live }: CellScope,
  misread: Set<string>,
  source: string,
): boolean => {
  let changed = false;
  const own = new Set(declarations.declared.map(({ name }) => name));
  for (const { pos, end, code, text } of found) {
    const name = /'([^']+)'/.exec(text)?.[1] ?? '';
    if (pos > length) {
      if (live.types.has(name)) {
        live.dropType(name);
        changed = true;
      }
    } else if (
      (code === 2304 || code === 2552) &&
      own.has(source.slice(pos, end)) &&
      !misread.has(source.slice(pos, end))
    ) {
      misread.add(source.slice(pos, end));
      changed = true;
    }
  }
  return changed;
};

/** Errors in the user's own files that the cell imports; they count as errors of the cell. */
const checkFiles = async (project: Project, files: LocalFiles, { imports }: Declarations): Promise<Diagnostic[]> => {
  const found: Diagnostic[] = [];
  for (const file of files.reached(imports.map(({ specifier }) => specifier))) {
    const text = readFileSync(file, 'utf8');
    for (const diagnostic of await diagnose(project, file))
      found.push(toDiagnostic(diagnostic, text, { file: relative(files.folder, file) }));
  }
  return found;
};
