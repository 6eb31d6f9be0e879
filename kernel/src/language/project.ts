import { existsSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../../src/lib/paths.ts';
import { startNative } from './native.ts';
import type { Native } from './native.ts';

/** An error as the compiler's API reports it; offsets are UTF-16, `fileName` absent for the whole program. */
export interface NativeDiagnostic {
  readonly fileName?: string;
  readonly pos: number;
  readonly end: number;
  readonly code: number;
  readonly category: number;
  readonly text: string;
  readonly messageChain?: readonly NativeDiagnostic[];
}

interface SnapshotReply {
  readonly snapshot: number;
  readonly projects: readonly { readonly id: string; readonly configFileName: string }[];
}

/** The program that the checker asks about: one file for the current cell, one for the accepted cells. */
export interface Project {
  readonly native: Native;
  readonly cellFile: string;
  readonly scopeFile: string;
  /** Replaces the text of a file for the next questions. */
  update(file: string, text: string): Promise<void>;
  /** Reports the user's files that changed on disk. */
  changed(files: readonly string[]): Promise<void>;
  /** Reports that anything may have changed: a package was installed. */
  invalidate(): Promise<void>;
  ask<T>(method: string, params: Readonly<Record<string, unknown>>): Promise<T>;
}

/** The folder with the types of a library that cells may import from any folder. */
const OWN = ['fast-by-friday', 'arquero', 'apache-arrow', 'vega', 'vega-lite'];

const typesOf = (name: string): string | undefined => {
  if (name !== 'fast-by-friday') return join(packageRoot, 'node_modules', name);
  const declarations = join(packageRoot, 'dist', 'fast-by-friday.d.ts');
  return existsSync(declarations) ? declarations : undefined;
};

const resolvable = (name: string, folder: string): boolean => {
  try {
    return findPackageJSON(name, pathToFileURL(join(folder, 'cell.ts'))) !== undefined;
  } catch {
    return false;
  }
};

/** Compiler options of cells: latest language, strict, modules resolved as by a bundler, no DOM. */
const config = (folder: string, files: readonly string[]): string => {
  const paths = OWN.flatMap((name) => {
    const types = resolvable(name, folder) ? undefined : typesOf(name);
    return types === undefined ? [] : [[name, [types]]];
  });
  const compilerOptions = {
    target: 'esnext',
    lib: ['esnext', 'esnext.disposable', 'decorators'],
    module: 'preserve',
    moduleResolution: 'bundler',
    moduleDetection: 'force',
    customConditions: ['node'],
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    strict: true,
    // `let x = null` takes its type later only with noImplicitAny; its errors are dropped (see diagnostics.ts).
    strictPropertyInitialization: false,
    useUnknownInCatchVariables: false,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(folder, 'node_modules', '@types'), join(packageRoot, 'node_modules', '@types')],
    paths: Object.fromEntries(paths) as Record<string, string[]>,
  };
  return JSON.stringify({ compilerOptions, files });
};

/** Globals of every cell: `jupyter`, described in globals.d.ts. */
const globals = ['kernel/src/globals.d.ts', 'kernel/src/user/globals.d.ts', 'dist/kernel/globals.d.ts'];

export const openProject = async (folder: string, log: (line: string) => void): Promise<Project> => {
  const cellFile = join(folder, '__fbf_cell__.ts');
  const scopeFile = join(folder, '__fbf_scope__.ts');
  const configFile = join(folder, '__fbf_kernel__', 'tsconfig.json');
  const known = globals.map((file) => join(packageRoot, file)).find((file) => existsSync(file));
  const roots = known === undefined ? [cellFile, scopeFile] : [cellFile, scopeFile, known];
  const files = new Map([
    [cellFile, 'export {};'],
    [scopeFile, 'export {};declare global {\nnamespace $cells {}\n}\n'],
    [configFile, config(folder, roots)],
  ]);
  const native = startNative(folder, (file) => files.get(file), log);
  await native.request('initialize', null);
  const snapshot = async (params: object): Promise<SnapshotReply> =>
    (await native.request('updateSnapshot', params)) as SnapshotReply;
  let current = await snapshot({ openProjects: [configFile] });
  const project = current.projects[0]?.id;
  const move = async (params: object): Promise<void> => {
    const before = current.snapshot;
    current = await snapshot(params);
    void native.request('release', { snapshot: before }).catch(() => undefined);
  };
  return {
    native,
    cellFile,
    scopeFile,
    update: async (file, text) => {
      if (files.get(file) === text) return;
      files.set(file, text);
      await move({ fileChanges: { changed: [file] } });
    },
    changed: (changed) => move({ fileChanges: { changed } }),
    invalidate: () => move({ fileChanges: { invalidateAll: true } }),
    ask: async <T>(method: string, params: Readonly<Record<string, unknown>>) =>
      (await native.request(method, { snapshot: current.snapshot, project, ...params })) as T,
  };
};
