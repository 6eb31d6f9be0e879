import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChecker } from '../../kernel/src/language/checker.ts';
import type { Checker, Diagnostic } from '../../kernel/src/language/language.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { corpus } from '../corpus.ts';
import { startNotebook, type Notebook } from '../notebook.ts';

interface Expected {
  readonly success?: boolean;
  readonly success_each?: readonly (boolean | null)[];
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly variables_exact?: boolean;
  readonly variables_after?: readonly { cell: number; variables: Record<string, unknown>; exact: boolean }[];
  readonly variables_runtime?: Readonly<Record<string, string>>;
  readonly variable_types?: Readonly<Record<string, string>>;
  readonly same_as_after_cell?: Readonly<Record<string, number>>;
  readonly printed?: readonly unknown[];
  readonly printed_count?: number;
  readonly printed_promise_rejects?: { readonly error: string };
  readonly errors?: readonly { error?: string; thrown?: unknown }[];
  readonly diagnostics?: readonly {
    message: string;
    line?: number;
    character?: number;
    code?: number;
    file?: string;
  }[];
  readonly has_result?: boolean;
  readonly top_level_await?: boolean;
  readonly candidates?: readonly string[];
  readonly candidates_first?: readonly string[];
  readonly start?: number;
  readonly end?: number;
  readonly found?: boolean;
  readonly signature?: string;
  readonly documentation?: string;
}

interface Case {
  readonly name: string;
  readonly kind: 'execute' | 'complete' | 'inspect' | 'diagnostic';
  readonly needs: readonly string[];
  readonly cells: readonly string[];
  readonly first_cell_is_declarations?: boolean;
  readonly cell_module?: string;
  readonly setup?: readonly {
    before_cell: number;
    file?: string;
    module?: string;
    content?: string;
    source?: string;
  }[];
  readonly request?: { readonly text: string; readonly cursor: number };
  readonly expect: Expected;
}

const data = corpus('tslab');
const cases = data ? (JSON.parse(readFileSync(join(data, 'cases.json'), 'utf8')) as Case[]) : [];

/** Cases in which this kernel deliberately differs from tslab 1.0.22 with TypeScript 5.0, and why. */
const different: Readonly<Record<string, string>> = {
  'executor: modules > updated': 'a cell cannot be a module (`@module`); a file beside the notebook can, and reloads',
  'complete: complete > imported module members': "Node 24's vm has `constants` as well",
  'complete: complete > globals with prev': "the notebook's own names come before the rest of the world",
  'inspect: inspect > std method': "TypeScript 7's documentation of indexOf says more",
  'converter: with prev > overwrite-global-interface': 'null is no Map: absent values are checked (strictNullChecks)',
};

let folder: string;
let checker: Checker;

beforeAll(async () => {
  mkdirSync(join(packageRoot, '.setup'), { recursive: true });
  folder = mkdtempSync(join(packageRoot, '.setup', 'tslab-'));
  checker = createChecker({ folder, live: () => Promise.resolve([]), log: () => undefined });
  await checker.start();
});
afterAll(() => {
  checker.close();
  rmSync(folder, { recursive: true, force: true });
});

const prepare = ({ setup = [] }: Case, cell: number): void => {
  for (const step of setup) {
    if (step.before_cell !== cell) continue;
    const file = join(folder, step.file ?? `${step.module ?? ''}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, step.content ?? step.source ?? '');
  }
};

/** A fresh state for each case: the same checker, without the cells and files of the previous case. */
const fresh = (): Notebook => {
  rmSync(join(folder, 'tmp'), { recursive: true, force: true });
  rmSync(join(folder, 'mylib.ts'), { force: true });
  checker.reset();
  return startNotebook(folder, checker);
};

const runAll = async (
  subject: Case,
): Promise<{ notebook: Notebook; after: Record<string, unknown>[]; ok: boolean[] }> => {
  const notebook = fresh();
  const after: Record<string, unknown>[] = [];
  const ok: boolean[] = [];
  for (const [index, source] of subject.cells.entries()) {
    prepare(subject, index);
    if (index === 0 && subject.first_cell_is_declarations) {
      notebook.declare(source);
      ok.push(true);
    } else ok.push(await notebook.run(source));
    after.push(notebook.variables());
  }
  return { notebook, after, ok };
};

const plain = (values: Record<string, unknown>): unknown => JSON.parse(JSON.stringify(values));

const execute = async (subject: Case): Promise<void> => {
  const { expect: wanted } = subject;
  const { notebook, after, ok } = await runAll(subject);
  const last = after.at(-1) ?? {};
  if (wanted.success !== undefined) expect(ok.at(-1), String(notebook.failures.at(-1))).toBe(wanted.success);
  wanted.success_each?.forEach((each, index) => {
    if (each !== null) expect(ok[index], `cell ${index}`).toBe(each);
  });
  compareVariables(last, wanted.variables, wanted.variables_exact);
  for (const { cell, variables, exact } of wanted.variables_after ?? [])
    compareVariables(after[cell] ?? {}, variables, exact);
  for (const [name, type] of Object.entries(wanted.variable_types ?? {})) expect(typeof last[name]).toBe(type);
  for (const [name, cell] of Object.entries(wanted.same_as_after_cell ?? {}))
    expect(last[name]).toBe(after[cell]?.[name]);
  if (wanted.variables_runtime?.['ver'] !== undefined) expect(last['ver']).toBe(process.version);
  if (wanted.printed) expect(notebook.printed).toEqual(wanted.printed);
  if (wanted.printed_count !== undefined) expect(notebook.printed).toHaveLength(wanted.printed_count);
  const rejects = wanted.printed_promise_rejects?.error;
  if (rejects !== undefined) await expect(notebook.printed[0]).rejects.toThrow(rejects);
  for (const [index, { error, thrown }] of (wanted.errors ?? []).entries()) {
    const failure = notebook.failures[index];
    if (error !== undefined) expect(failure).toMatchObject({ message: error });
    else expect(failure).toBe(thrown);
  }
};

const compareVariables = (
  actual: Record<string, unknown>,
  wanted: Readonly<Record<string, unknown>> | undefined,
  exact = false,
): void => {
  if (!wanted) return;
  if (exact) expect(plain(actual)).toEqual(wanted);
  else for (const [name, value] of Object.entries(wanted)) expect(actual[name], name).toEqual(value);
};

/** tslab lists the parts of a chained message one by one. */
const flat = (found: readonly Diagnostic[]): { message: string; line: number; character: number; code: number }[] =>
  found.flatMap(({ message, line, column, code }) =>
    message.split('\n').map((part) => ({
      message: part.trim(),
      line: line - 1,
      character: column - 1,
      code: Number(code.replace('TS', '')),
    })),
  );

const diagnose = async (subject: Case): Promise<void> => {
  const { cells, expect: wanted } = subject;
  const notebook = fresh();
  for (const [index, source] of cells.entries()) {
    prepare(subject, index);
    if (index < cells.length - 1) notebook.declare(source);
  }
  const source = cells.at(-1) ?? '';
  const found = await checker.check({ id: 1000, name: 'cell', source });
  const actual = flat(found);
  expect(actual.map(({ message }) => message)).toEqual(wanted.diagnostics?.map(({ message }) => message) ?? []);
  wanted.diagnostics?.forEach((diagnostic, index) => {
    if (diagnostic.line !== undefined) expect(actual[index]?.line).toBe(diagnostic.line);
    if (diagnostic.character !== undefined) expect(actual[index]?.character).toBe(diagnostic.character);
    // A message has one code; the parts of its chain have no codes of their own here.
    if (diagnostic.code !== undefined && index === 0) expect(actual[index]?.code).toBe(diagnostic.code);
  });
  if (wanted.has_result !== undefined && wanted.diagnostics?.length === 0) {
    await notebook.run(source);
    expect(notebook.hasResult).toBe(wanted.has_result);
  }
};

const complete = async ({ cells, request, expect: wanted }: Case): Promise<void> => {
  const notebook = fresh();
  for (const source of cells) notebook.declare(source);
  const answer = await checker.complete(request?.text ?? '', request?.cursor ?? 0);
  expect([answer.start, answer.end]).toEqual([wanted.start, wanted.end]);
  if (wanted.candidates) expect(answer.matches).toEqual(wanted.candidates);
  const first = wanted.candidates_first ?? [];
  expect(answer.matches.slice(0, first.length)).toEqual(first);
};

const inspect = async ({ cells, request, expect: wanted }: Case): Promise<void> => {
  const notebook = fresh();
  for (const source of cells) notebook.declare(source);
  const answer = await checker.inspect(request?.text ?? '', request?.cursor ?? 0, 0);
  expect(answer !== undefined).toBe(wanted.found);
  if (wanted.signature !== undefined) expect(answer?.text.startsWith(wanted.signature), answer?.text).toBe(true);
  if (wanted.documentation !== undefined) expect(answer?.text).toContain(wanted.documentation);
};

const kinds = { execute, diagnostic: diagnose, complete, inspect };

describe.skipIf(!data)("tslab's own test cases", () => {
  for (const subject of cases) {
    const why = different[subject.name];
    // An interrupt needs a real process: test/kernel tests it.
    if (subject.needs.includes('interrupt'))
      test.skip(`${subject.name}: needs the kernel's processes`, () => undefined);
    else if (why === undefined) test(`${subject.kind}: ${subject.name}`, () => kinds[subject.kind](subject));
    else test.fails(`${subject.kind}: ${subject.name} differs: ${why}`, () => kinds[subject.kind](subject));
  }
});
