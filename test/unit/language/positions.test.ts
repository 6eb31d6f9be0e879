import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../kernel/src/language/language.ts';
import { startNotebook } from '../../notebook.ts';

/** The position of the first frame in the cell, as the user counts. */
const thrownAt = async (source: string, before = ''): Promise<string> => {
  const notebook = startNotebook(tmpdir());
  if (before !== '') await notebook.run(before);
  await notebook.run(source);
  const { stack = '' } = notebook.failures[0] as Error;
  const [, line, column] = /In\[\d+\]:(\d+):(\d+)/.exec(stack) ?? [];
  const at = notebook.compiled?.position(Number(line), Number(column));
  return at ? `${at.line}:${at.column}` : `nowhere: ${stack}`;
};

describe('an error names the line and column of the cell', () => {
  test.each([
    ['on the first line', 'throw new Error("x")', '1:7'],
    ['after types', 'const a: Map<string, number> = new Map(); throw new Error("x")', '1:49'],
    ['after rewritten names', 'let a = 1, b = 2; a + b; throw new Error("x")', '1:32'],
    ['on a later line', 'let a = 1\n\n  throw new Error("x")', '3:9'],
    ['after emoji and wide characters', 'const é漢x = 1; "😀"; throw new Error("x")', '1:28'],
    ['with CR LF line ends', 'let a = 1\r\nthrow new Error("x")', '2:7'],
    ['in a cell with an enum', 'enum E { A, B }\nlet e: E = E.B\nthrow new Error("x")', '3:7'],
    ['in a cell with decorators', 'function d(_: unknown, c: unknown) {}\n@d class A {}\nthrow new Error("x")', '3:7'],
    ['in a cell with an import', 'import { join } from "path"\njoin("a")\nthrow new Error("x")', '3:7'],
    ['in a function', 'function f() {\n  throw new Error("x")\n}\nf()', '2:9'],
    ['at an undeclared name', 'const a = 1\nconst b = nobody', '2:11'],
    ['after an await', 'await 1\nthrow new Error("x")', '2:7'],
    ['in the last expression', '1;\n(() => { throw new Error("x") })()', '2:16'],
  ])('%s', async (_title, source, place) => {
    expect(await thrownAt(source)).toBe(place);
  });
});

test('a stack has one frame for each call of the cell, and none of the compiler', async () => {
  const notebook = startNotebook(tmpdir());
  await notebook.run('function f() {\n  throw new Error("x")\n}\n\n  f()');
  const { stack = '' } = notebook.failures[0] as Error;
  const places = [...stack.matchAll(/In\[1\]:(\d+):(\d+)/g)].map(([, line, column]) =>
    notebook.compiled?.position(Number(line), Number(column)),
  );
  expect(places).toEqual([{ line: 2, column: 9 }, { line: 5, column: 3 }, undefined]);
});

describe('a cell with a syntax error', () => {
  test.each([
    ['plain JavaScript', 'let a = 1;\nlet b = a +;', 2, 12],
    ['after types', 'let a: number = 1;\nlet m: string + 3', 2, 15],
    ['declared twice', 'let x = 3; let x = 4;', 1, 16],
    ['after wide characters', 'let a: string = "漢字😀" + ;', 1, 26],
    ['return outside of a function', '1\nreturn 3', 2, 1],
    ['await in a function that is not async', 'function f() { await 1 }', 1, 16],
    ['an unclosed string', 'const a = "abc', 1, 11],
  ])('%s is told where', async (_title, source, line, column) => {
    const notebook = startNotebook(tmpdir());
    expect(await notebook.run(source)).toBe(false);
    const found = notebook.failures[0] as readonly Diagnostic[];
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: 'error', code: 'syntax', line });
    expect(Math.abs((found[0]?.column ?? 0) - column), `column ${found[0]?.column}`).toBeLessThanOrEqual(1);
    expect(found[0]?.message).toMatch(/\.$/);
  });
});
