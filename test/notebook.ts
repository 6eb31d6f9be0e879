import { join } from 'node:path';
import { Script } from 'node:vm';
import { createCompiler } from '../kernel/src/language/compiler.ts';
import type { Checker, Compiled, Diagnostic, Outcome } from '../kernel/src/language/language.ts';

/** Runs cells as the user process does, without the kernel; it uses only the compiler. */
export interface Notebook {
  /** Checks (if there is a checker), compiles and runs a cell; false if it failed. */
  run(source: string): Promise<boolean>;
  /** Adds the declarations of a cell without running it. */
  declare(source: string): void;
  variables(): Record<string, unknown>;
  /** The values of last expressions, without null and undefined. */
  readonly printed: unknown[];
  /** What was thrown, or the diagnostics of a cell that did not run. */
  readonly failures: unknown[];
  /** Whether the last cell ended in an expression. */
  readonly hasResult: boolean;
  /** The result of compiling the last cell. */
  readonly compiled: Compiled | undefined;
}

/** The scope that compiled cells share. */
const scope = (): Record<string, unknown> =>
  (globalThis as unknown as Record<symbol, [Record<string, unknown>]>)[Symbol.for('fast-by-friday.scope')]![0];

const execute = (compiled: Compiled, filename: string): Promise<Outcome> | Outcome =>
  new Script(compiled.code, { filename }).runInThisContext() as Promise<Outcome> | Outcome;

export const startNotebook = (folder: string, checker?: Checker): Notebook => {
  const filename = ({ name }: { name: string }): string => join(folder, name);
  const compiler = createCompiler({ folder, filename });
  const printed: unknown[] = [];
  const failures: unknown[] = [];
  let id = 0;
  let hasResult = false;
  let compiled: Compiled | undefined;
  const fail = (failure: unknown): boolean => {
    failures.push(failure);
    return false;
  };
  const attempt = async (source: string): Promise<boolean> => {
    const cell = { id: ++id, name: `In[${id}]`, source };
    const found: readonly Diagnostic[] = checker?.wants(source) ? await checker.check(cell) : [];
    if (found.length > 0) return fail(found);
    const result = compiler.compile(cell);
    if (!result.ok) return fail(result.diagnostics);
    compiled = result.compiled;
    checker?.accept(cell);
    const outcome = await execute(compiled, filename(cell));
    hasResult = outcome !== undefined;
    // A promise is a value like any other: a later rejection is not a failure of the cell.
    if (outcome?.value instanceof Promise) outcome.value.catch(() => undefined);
    if (outcome?.value !== undefined && outcome.value !== null) printed.push(outcome.value);
    return true;
  };
  return {
    run: (source) => attempt(source).catch(fail),
    declare: (source) => {
      checker?.accept({ id: ++id, name: `In[${id}]`, source });
    },
    variables: () => ({ ...scope() }),
    printed,
    failures,
    get hasResult() {
      return hasResult;
    },
    get compiled() {
      return compiled;
    },
  };
};
