import { constants, Script } from 'node:vm';
import type { Cell, Compiled, Compiler, CompileResult, Outcome } from '../language/language.ts';
import type { ExpressionResult, Outcome as Sent, Rendered, RunMessage } from '../messages.ts';
import { Interrupted, type RunningCell, within } from './cells.ts';
import { render } from './render.ts';
import { know } from './sources.ts';
import { failureOf } from './traceback.ts';

/** A compiled cell, ready to run. */
export interface Prepared {
  readonly cell: Cell;
  readonly result: CompileResult;
}

export const prepare = (compiler: Compiler, cell: Cell): Prepared => {
  try {
    return { cell, result: compiler.compile(cell) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const place = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    return { cell, result: { ok: false, diagnostics: [{ severity: 'error', code: 'syntax', message, ...place }] } };
  }
};

const execute = (filename: string, { name }: Cell, compiled: Compiled): unknown => {
  know(filename, { name, position: (line, column) => compiled.position(line, column) });
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script(compiled.code, { filename, importModuleDynamically });
  return script.runInThisContext({ displayErrors: false });
};

/**
 * Runs a prepared cell and calls `done` once with its outcome. It uses callbacks, not promises: a stop may clear V8's
 * queue of promise jobs, and a promise in it would never settle.
 */
export const evaluate = (
  running: RunningCell,
  filename: string,
  { cell, result }: Prepared,
  done: (outcome: Sent) => void,
): void => {
  if (!result.ok) {
    done({ status: 'invalid', diagnostics: result.diagnostics });
    return;
  }
  const fail = (error: unknown): void => {
    done({ status: 'error', ...failureOf(error) });
  };
  const shown = (result?: Rendered): void => {
    done({ status: 'ok', ...(result ? { result } : {}) });
  };
  const finish = (outcome: Outcome): void => {
    try {
      const rendered = running.silent || !outcome ? undefined : render(outcome.value);
      if (rendered instanceof Promise) rendered.then(shown, fail);
      else shown(rendered);
    } catch (error) {
      fail(error);
    }
  };
  within(running, () => {
    try {
      const value = execute(filename, cell, result.compiled);
      if (result.compiled.isAsync) (value as Promise<Outcome>).then(finish, fail);
      else finish(value as Outcome);
    } catch (error) {
      fail(error);
    }
  });
};

const toExpression = (outcome: Sent): ExpressionResult => {
  if (outcome.status === 'ok') return { status: 'ok', data: {}, metadata: {}, ...outcome.result };
  if (outcome.status === 'error') return outcome;
  const evalue = outcome.diagnostics[0]?.message ?? 'does not compile';
  return { status: 'error', ename: 'SyntaxError', evalue, traceback: [evalue] };
};

/** Evaluates the user_expressions of a cell that succeeded, one after the other. */
export const evaluateExpressions = (
  running: RunningCell,
  compiler: Compiler,
  filename: (cell: Cell) => string,
  wanted: RunMessage['expressions'],
  done: (results: Record<string, ExpressionResult>) => void,
): void => {
  const left = Object.entries(wanted);
  const results: Record<string, ExpressionResult> = {};
  const next = (): void => {
    const [name, source] = left.shift() ?? [];
    if (name === undefined || source === undefined) {
      done(results);
      return;
    }
    const cell: Cell = { id: running.id, name, source };
    evaluate({ ...running, silent: false }, filename(cell), prepare(compiler, cell), (outcome) => {
      results[name] = toExpression(outcome);
      next();
    });
  };
  next();
};

/** The outcome of a stopped cell. */
export const interrupted = (): Sent => ({
  status: 'error',
  ...failureOf(new Interrupted()),
  traceback: ['\u001b[31mInterrupted\u001b[39m: the cell was stopped'],
});
