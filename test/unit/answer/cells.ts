import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..', '..', '..');
const DECLARATIONS = join(root, 'dist-of-the-test', 'fast-by-friday.d.ts');

const build = (await import(join(root, 'scripts', 'build-declarations.js'))) as {
  readonly currentDeclarations: () => Promise<string>;
  readonly declarations: (parts: object) => string;
};

export const { declarations } = build;

/** The declaration file as the build writes it. */
export const current: string = await build.currentDeclarations();

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.esnext.d.ts'],
  types: [],
  skipLibCheck: false,
  paths: { 'fast-by-friday': [DECLARATIONS] },
};

/** What cells have besides the library. */
const GLOBALS = join(root, 'dist-of-the-test', 'globals.d.ts');

const pathOf = (name: string): string => join(root, 'dist-of-the-test', `${name}.ts`);

/** A language service over cells in memory, checked against the declarations as the build writes them. */
export const serviceFor = (cells: Readonly<Record<string, string>>): ts.LanguageService => {
  const texts = new Map<string, string>([
    [DECLARATIONS, current],
    [GLOBALS, 'declare const console: { log(...values: unknown[]): void };'],
    ...Object.entries(cells).map(([name, text]) => [pathOf(name), text] as const),
  ]);
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...texts.keys()],
    getScriptVersion: () => '1',
    getScriptSnapshot: (file) => {
      const text = texts.get(file) ?? ts.sys.readFile(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
    fileExists: (file) => texts.has(file) || ts.sys.fileExists(file),
    readFile: (file) => texts.get(file) ?? ts.sys.readFile(file),
    directoryExists: (folder) => folder.endsWith('dist-of-the-test') || ts.sys.directoryExists(folder),
    getDirectories: (folder) => ts.sys.getDirectories(folder),
  };
  return ts.createLanguageService(host);
};

/** The compiler's messages about one cell, as 'line: message'. */
export const complaints = (service: ts.LanguageService, name: string): string[] => {
  const file = pathOf(name);
  return [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].map(
    ({ file: at, start, messageText }) => {
      const line = at && start !== undefined ? at.getLineAndCharacterOfPosition(start).line + 1 : 0;
      return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    },
  );
};

/** Messages about the declaration file itself. */
export const complaintsOfDeclarations = (service: ts.LanguageService): string[] =>
  [...service.getSyntacticDiagnostics(DECLARATIONS), ...service.getSemanticDiagnostics(DECLARATIONS)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '),
  );

/** Completions at the place marked `|` in a cell, and the docs of the first one requested. */
export const completionsAt = (cell: string) => {
  const at = cell.indexOf('|');
  const text = cell.slice(0, at) + cell.slice(at + 1);
  const service = serviceFor({ cell: text });
  const file = pathOf('cell');
  const names = service.getCompletionsAtPosition(file, at, {})?.entries.map(({ name }) => name) ?? [];
  const docOf = (name: string): string =>
    (service.getCompletionEntryDetails(file, at, name, {}, undefined, {}, undefined)?.documentation ?? [])
      .map((part) => part.text)
      .join('');
  return { names, docOf };
};
