import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { startNotebook } from '../../notebook.ts';

/** Runs cells one after the other; returns the value of the last one, which must succeed. */
const last = async (cells: readonly string[]): Promise<unknown> => {
  const notebook = startNotebook(tmpdir());
  for (const source of cells) {
    const ok = await notebook.run(source);
    expect(notebook.failures, source).toEqual([]);
    expect(ok).toBe(true);
  }
  return notebook.hasResult ? notebook.printed.at(-1) : 'no result';
};

/** What is tested, the cells, and the value of the last one. */
const rules: readonly (readonly [string, readonly string[], unknown])[] = [
  ['the last expression is the result', ['1 + 2'], 3],
  ['a trailing semicolon and comment do not hide the result', ['1 + 2; // why'], 3],
  ['a comment after an expression without semicolon does not hide the result', ['const a = 1\na // why'], 1],
  ['a parenthesised object is a value', ['({ a: 1 })'], { a: 1 }],
  ['braces that read as a block are a block', ['{x: 10}'], 'no result'],
  ['a declaration at the end shows no result', ['5; let x = 1'], 'no result'],
  ['an assignment is an expression', ['let x = 1', 'x = 7'], 7],
  ['a comma expression gives its last value', ['1, 2'], 2],
  ['a directive is an expression', ['"use strict"'], 'use strict'],
  ['let may be declared again', ['let x = 1', 'let x = 2', 'x'], 2],
  ['const may be declared again as let', ['const x = 1', 'let x = 2; x++', 'x'], 3],
  ['a class may be declared again', ['class A { n = 1 }', 'class A { n = 2 }', 'new A().n'], 2],
  ['a function sees the newest declaration', ['let x = 1; function f() { return x }', 'let x = 2', 'f()'], 2],
  ['an arrow function sees the newest declaration', ['let x = 1; const f = () => x', 'x = 3', 'f()'], 3],
  ['functions call what a later cell defines', ['function f() { return g() }', 'function g() { return 9 }', 'f()'], 9],
  ['a function writes what a later cell declares', ['function f() { n = 4 }', 'let n = 0', 'f(); n'], 4],
  ['functions are hoisted in a cell', ['f(); function f() { return 3 }', 'f()'], 3],
  ['a cell that fails keeps what it had done', ['let a = 1', 'let b = a + 1', 'b'], 2],
  ['a parameter shadows a variable', ['let x = 1; const f = (x) => x * 10', 'f(2)'], 20],
  ['a block shadows a variable', ['let x = 1; { let x = 2; x++ }', 'x'], 1],
  ['a catch clause shadows a variable', ['let e = 1; try { throw 2 } catch (e) { e = 3 }', 'e'], 1],
  ['a loop variable shadows a variable', ['let i = 9; for (let i = 0; i < 3; i++) {}', 'i'], 9],
  [
    'a destructured parameter shadows a variable',
    ['let x = 1; const f = ({ x }, [y = x]) => x + y', 'f({ x: 2 }, [])'],
    4,
  ],
  [
    'a named function expression shadows a variable',
    ['let g = 1; const f = function g(n) { return n ? g(n - 1) : 5 }', 'f(2) + g'],
    6,
  ],
  [
    'a class name refers to the class inside the class',
    ['class A { static made = 0; static make() { A.made++; return A.made } }', 'A.make()'],
    1,
  ],
  ['var is visible after its block', ['if (true) { var v = 5 }', 'v'], 5],
  ['var is visible after its loop', ['for (var i = 0, j; i < 3; i++) {}\n[i, j]'], [3, undefined]],
  ['var of a for-of loop keeps the last value', ['for (var k of [1, 2]) {}', 'k'], 2],
  ['var in a branch without braces', ['if (false) var a = 1; else var a = 2', 'a'], 2],
  ['var in a function is local to it', ['var v = 1; function f() { var v = 2; return v }', 'f() + v'], 3],
  ['var without a value keeps the old value', ['var v = 1', 'var v; v'], 1],
  ['let without a value is undefined again', ['let v = 1', 'let v; [v]'], [undefined]],
  [
    'object patterns',
    ['const { a, b: { c }, ...rest } = { a: 1, b: { c: 2 }, d: 3 }', '[a, c, rest]'],
    [1, 2, { d: 3 }],
  ],
  ['array patterns with defaults', ['let [x, , y = 5, ...z] = [1, 2, undefined, 4]', '[x, y, z]'], [1, 5, [4]]],
  ['assignment to a pattern', ['let a = 1, b = 2', '[a, b] = [b, a]; ({ a, x: b = 8 } = { a: 6 }); [a, b]'], [6, 8]],
  ['computed keys read variables', ['const k = "q"', '({ [k]: 1 })'], { q: 1 }],
  ['shorthand properties read variables', ['const a = 1, b = 2', '({ a, b })'], { a: 1, b: 2 }],
  ['labels are not variables', ['let a = 1', 'let n = 0; a: for (;;) { for (;;) { n++; break a } } n'], 1],
  ['property names are not variables', ['let a = 1', '({ b: { a: 5 } }).b.a'], 5],
  ['generators', ['function* g() { yield* [1, 2] }', '[...g()]'], [1, 2]],
  ['top-level await', ['const x = await Promise.resolve(4)', 'x'], 4],
  ['for await at the top level', ['let s = 0; for await (const x of [1, Promise.resolve(2)]) s += x', 's'], 3],
  ["await inside a function is the function's", ['const f = async () => await 3', 'await f()'], 3],
  [
    'functions keep the names of their variables',
    ['const f = () => 1; let g = function () {}, { h = () => 2 } = {}', '[f.name, g.name, h.name]'],
    ['f', 'g', 'h'],
  ],
  ['a class expression keeps the name of its variable', ['const A = class {}', 'A.name'], 'A'],
  ['an arrow function as last expression gets no name', ['(async () => 1)', 'const f = async () => 1; f.name'], 'f'],
  ['a called variable gets no receiver', ['function f() { return this }', 'f() === undefined'], true],
  ['a method keeps its receiver', ['const o = { n: 3, f() { return this.n } }', 'o.f()'], 3],
  ['a tagged template gets no receiver', ['function t(s) { return [this, s[0]] }', 't`x`'], [undefined, 'x']],
  ['typeof of an undeclared name', ['typeof nobody'], 'undefined'],
  ['names of globals may be declared', ['class Promise {}', 'async function f() { return 1 }', 'await f()'], 1],
  ['a declared global shadows the global', ['let Map = 5', 'Map + 1'], 6],
  [
    '__proto__ and constructor are names like others',
    ['let __proto__ = 1, constructor = 2, toString = 3', '[__proto__, constructor, toString]'],
    [1, 2, 3],
  ],
  [
    'export is allowed and changes nothing',
    ['export const a = 1; export function f() { return 2 } export { a as b }', 'a + f()'],
    3,
  ],
  ['export default of an expression is the result', ['export default 5'], 5],
  ['export default of a named class declares it', ['export default class A { n = 1 }', 'new A().n'], 1],
  [
    'import in the middle of a cell is hoisted',
    ['const h = createHash("md5"); import { createHash } from "node:crypto"; typeof h.update'],
    'function',
  ],
  [
    'imports bind default, namespace and named exports',
    ['import os, * as all from "os"; import { cpus as c } from "os"; [typeof os.cpus, typeof all.cpus, typeof c]'],
    ['function', 'function', 'function'],
  ],
  ['an imported name may be declared again', ['import { join } from "path"', 'let join = 1', 'join'], 1],
  ['an imported type is left out', ['import { type CpuInfo, cpus } from "os"; typeof cpus'], 'function'],
  ['dynamic import', ['const { join } = await import("node:path"); join("a", "b")'], 'a/b'],
  [
    'require, __dirname and import.meta',
    ['[typeof require("fs").readFileSync, typeof __dirname, typeof import.meta.url]'],
    ['function', 'string', 'string'],
  ],
  ['types are removed', ['let n: number = 1; function f<T>(a: T, b?: string): T { return a as T } f<number>(n)!'], 1],
  ['interfaces, type aliases and declare leave nothing', ['interface A { a: 1 } type B = A; declare let c: B; 3'], 3],
  ['a call with type arguments is not a comparison', ['const f = <T,>(x?: T) => 5; f<string>()'], 5],
  ['satisfies and definite assignment', ['let q!: number; q = 3; ({ q }) satisfies { q: number }'], { q: 3 }],
  ['enums', ['enum Color { Red, Green = 5, Blue }', '[Color.Red, Color[5], Color.Blue]'], [0, 'Green', 6]],
  ['enums may be declared again', ['enum E { A = 1 }', 'enum E { A = 2 }', 'E.A'], 2],
  ['namespaces', ['namespace N { export const a = 1 }', 'N.a'], 1],
  ['parameter properties', ['class P { constructor(readonly name: string) {} }', 'new P("x").name'], 'x'],
  [
    'decorators',
    [
      'function twice(f: any, _: unknown) { return function (this: unknown) { return f.call(this) * 2 } } class A { @twice n() { return 4 } }',
      'new A().n()',
    ],
    8,
  ],
  [
    'a using declaration is disposed at the end of its cell',
    [
      'let ended = 0; { using r = { [Symbol.dispose]() { ended++ } } }',
      'using s = { [Symbol.dispose]() { ended++ } }',
      'ended',
    ],
    2,
  ],
  ['await using', ['let e = 0', 'await using s = { async [Symbol.asyncDispose]() { e = 1 } }', 'e'], 1],
  ['Windows line endings', ['const a = 1\r\nconst b = 2\r\na + b\r\n'], 3],
  ['names and strings in any script', ['let 名前 = "é😀"; const ÿ = 1', '名前 + ÿ'], 'é😀1'],
  ["names like the compiler's own", ['let __fbf = 1, __fbfConst = 2', '__fbf + __fbfConst'], 3],
  ['no semicolons before brackets', ['const a = [1, 2]\nconst b = a\n;[a.length]'], [2]],
  ['a variable without a value before a parenthesis', ['let x\n;(x = 5)', 'x'], 5],
  ['null is a value that is not shown', ['null'], undefined],
];

describe('a cell', () => {
  test.each(rules)('%s', async (_title, cells, value) => {
    expect(await last(cells)).toEqual(value);
  });

  test('has a promise as its value without waiting for it', async () => {
    const notebook = startNotebook(tmpdir());
    await notebook.run('new Promise(() => {})');
    expect(notebook.printed[0]).toBeInstanceOf(Promise);
  });

  test.each([
    ['a constant', ['const x = 1', 'x = 2'], 'Assignment to constant variable.'],
    ['a constant in a pattern', ['const x = 1', '[x] = [2]'], 'Assignment to constant variable.'],
    ['a constant by ++', ['const x = 1; x++'], 'Assignment to constant variable.'],
    ['an import', ['import { join } from "path"', 'join = 1'], 'Assignment to constant variable.'],
    ['a name that nobody declared', ['nobody = 1'], 'nobody is not defined'],
    [
      'a name that a module lacks',
      ['import { nobody } from "os"; nobody'],
      "The requested module 'os' does not provide an export named 'nobody'",
    ],
  ])('cannot write to or use %s', async (_title, cells, message) => {
    const notebook = startNotebook(tmpdir());
    for (const source of cells) await notebook.run(source);
    expect(notebook.failures).toHaveLength(1);
    expect(notebook.failures[0]).toMatchObject({ message });
  });

  test('that fails to compile declares nothing', async () => {
    const notebook = startNotebook(tmpdir());
    await notebook.run('const x = ;');
    await notebook.run('typeof x');
    expect(notebook.printed).toEqual(['undefined']);
  });

  test('of 50,000 lines compiles, and its last line is its value', async () => {
    const notebook = startNotebook(tmpdir());
    const lines = Array.from({ length: 50_000 }, (_, index) => `total = total + ${index % 2} as number;`);
    expect(await notebook.run(`let total = 0;\n${lines.join('\n')}\ntotal`)).toBe(true);
    expect(notebook.printed).toEqual([25_000]);
  }, 60_000);

  test('adds no variable to the global object', async () => {
    const notebook = startNotebook(tmpdir());
    await notebook.run('let mine = 1; var also = 2; function third() {}');
    expect(['mine', 'also', 'third'].filter((name) => name in globalThis)).toEqual([]);
    expect(Object.keys(notebook.variables())).toEqual(expect.arrayContaining(['mine', 'also', 'third']));
  });
});
