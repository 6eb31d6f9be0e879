import { describe, expect, test } from 'vitest';
import { isComplete } from '../../../kernel/src/language/complete-code.ts';

describe('a text', () => {
  test.each([
    '',
    '1 + 1',
    'let x: number = 3',
    'function f() {}',
    'if (x) { y() }',
    'const s = `a${b}c`',
    '// only a comment',
    'const r = /[/]{2}\\(/',
    'a / b / c',
    'enum A { b }',
    'await fetch(x)',
    "let s = 'it\\'s'",
    '({ a: `}` })',
    '@d class A {}',
  ])('%j can run', async (source) => {
    expect(await isComplete(source)).toEqual({ status: 'complete' });
  });

  test.each([
    ['function f() {', '  '],
    ['if (x) {\n  y()', '  '],
    ['foo(1,', ''],
    ['foo(', '  '],
    ['const s = `abc', ''],
    ['const s = `abc ${x} def', ''],
    ['const s = `${', '  '],
    ['/* comment', ''],
    ['let x =', '  '],
    ['a +', '  '],
    ['function f()', '  '],
    ['if (a)', '  '],
    ['foo.', '  '],
    ['for (const a of b) {\n  if (a) {', '    '],
    ['class A extends', '  '],
    ['const f = async () =>', '  '],
    ['let x: number[] = [', '  '],
    ['const o = {\n  a: 1,', '  '],
  ])('%j needs more, indented by %j', async (source, indent) => {
    expect(await isComplete(source)).toEqual({ status: 'incomplete', indent });
  });

  test.each([
    'import = 7q',
    'let x + y',
    ')',
    'foo(]',
    'const a = "abc',
    'let let = 1;',
    '1 = {',
    'x = = {',
    'return 3; }',
  ])('%j is wrong whatever follows', async (source) => {
    expect(await isComplete(source)).toEqual({ status: 'invalid' });
  });
});
