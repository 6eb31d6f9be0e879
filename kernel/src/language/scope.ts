import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ImportedModule } from './rewrite.ts';
import type { Kind } from './scopes.ts';

/** The global symbol under which compiled cells find the shared scope. */
const SCOPE = Symbol.for('fast-by-friday.scope');

const OPEN = { enumerable: true, configurable: true };

type Variables = Record<string, unknown>;

/** Imports modules into the scope; called as a function it is a cell's `import()`. */
interface Bring {
  (specifier: unknown, options?: ImportCallOptions): Promise<object>;
  /** The static imports of a cell, in order. */
  all(modules: readonly ImportedModule[]): Promise<void>;
}

export interface Scope {
  /** The user's variables; what every cell has (require, __dirname ...) is on the prototype. */
  readonly variables: Variables;
  /** How the cell that declared a name last declared it. */
  readonly kinds: ReadonlyMap<string, Kind>;
}

type Import = (specifier: string, options?: ImportCallOptions) => Promise<object>;

/**
 * Makes the scope that cells share and sets the global under which compiled cells find it. `load` imports from the
 * notebook's folder; `imported` may replace a module's namespace.
 */
export const createScope = (
  folder: string,
  load: Import,
  imported: (specifier: string, namespace: object) => object,
): Scope => {
  const variables = Object.create(builtins(folder)) as Variables;
  Object.defineProperty(Object.getPrototypeOf(variables), 'exports', { value: exportsOf(variables) });
  const bring: Bring = Object.assign(
    async (specifier: unknown, options?: ImportCallOptions) =>
      imported(String(specifier), await load(String(specifier), options)),
    {
      all: async (modules: readonly ImportedModule[]): Promise<void> => {
        for (const module of modules) {
          const { specifier, attributes } = module;
          const namespace =
            Object.keys(attributes).length > 0 ? await load(specifier, { with: attributes }) : await load(specifier);
          bind(variables, module, imported(specifier, namespace));
        }
      },
    },
  );
  const kinds = new Map<string, Kind>();
  const shared = [variables, guard(variables), late(variables), bring, declare(variables, kinds), result];
  Object.defineProperty(globalThis, SCOPE, { value: shared, configurable: true });
  return { variables, kinds };
};

/** The names of a CommonJS file, for cells; made at first use, since most cells use none. */
const builtins = (folder: string): object => {
  const file = join(folder, 'notebook.ts');
  let require: NodeJS.Require | undefined;
  const own: object = Object.create(null) as object;
  const url = pathToFileURL(file).href;
  return Object.defineProperties(own, {
    require: { get: () => (require ??= createRequire(file)) },
    __dirname: { value: folder },
    __filename: { value: file },
    module: { get: () => ({ exports: (own as { exports?: unknown }).exports, filename: file, id: '.' }) },
    'import.meta': {
      get: () => ({
        url,
        dirname: folder,
        filename: file,
        resolve: (specifier: string) => new URL(specifier, url).href,
      }),
    },
  });
};

/** `exports` of a cell is the scope; properties defined through it stay redefinable. */
const exportsOf = (variables: Variables): object =>
  new Proxy(variables, {
    defineProperty: (target, name, descriptor) =>
      Reflect.defineProperty(target, name, { enumerable: true, ...descriptor, configurable: true }),
  });

const NO_PROTOTYPE = null;

/** The target of writes to constants and imports, which throw. */
const guard = (variables: Variables): object =>
  new Proxy(Object.create(NO_PROTOTYPE) as object, {
    get: (_target, name) => variables[name as string],
    set: () => {
      throw new TypeError('Assignment to constant variable.');
    },
  });

/** The target of names that were undeclared when the cell was compiled; a later cell may have declared them. */
const late = (variables: Variables): object => {
  const missing = (name: string | symbol): never => {
    throw new ReferenceError(`${String(name)} is not defined`);
  };
  return new Proxy(Object.create(NO_PROTOTYPE) as object, {
    get: (_target, name) => {
      if (name in variables) return variables[name as string];
      return name in globalThis ? (Reflect.get(globalThis, name) as unknown) : missing(name);
    },
    set: (_target, name, value) => {
      if (name in variables) return Reflect.set(variables, name, value);
      return name in globalThis ? Reflect.set(globalThis, name, value) : missing(name);
    },
  });
};

/** Wraps a cell's result. A call, since V8 would name a function after the key of an object literal. */
const result = (value: unknown): { readonly value: unknown } => ({ value });

/** Runs first in a cell: releases names that an import holds, and sets each new `var` to undefined. */
const declare =
  (variables: Variables, kinds: Map<string, Kind>) =>
  (declared: readonly (readonly [string, Kind])[]): void => {
    for (const [name, kind] of declared) {
      kinds.set(name, kind);
      const present = Object.getOwnPropertyDescriptor(variables, name);
      if (present?.get) Reflect.deleteProperty(variables, name);
      if (kind !== 'var' || (present && !present.get)) continue;
      Object.defineProperty(variables, name, { value: undefined, writable: true, ...OPEN });
    }
  };

/** Live bindings: each read asks the module. A name that the module does not export may be a type; it is skipped. */
const bind = (variables: Variables, { specifier, bindings, all }: ImportedModule, namespace: object): void => {
  const define = (local: string, exported: string): void => {
    const get = exported === '*' ? () => namespace : () => Reflect.get(namespace, exported) as unknown;
    Object.defineProperty(variables, local, { get, ...OPEN });
  };
  for (const { local, exported, needed } of bindings) {
    if (exported === '*' || exported in namespace) define(local, exported);
    else if (needed)
      throw new SyntaxError(`The requested module '${specifier}' does not provide an export named '${exported}'`);
    else Reflect.deleteProperty(variables, local);
  }
  if (all) for (const name of Object.keys(namespace)) if (name !== 'default') define(name, name);
};
