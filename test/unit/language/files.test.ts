import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startNotebook } from '../../notebook.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fbf-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};

const value = async (...cells: readonly string[]): Promise<unknown> => {
  const notebook = startNotebook(folder);
  for (const source of cells) await notebook.run(source);
  expect(notebook.failures).toEqual([]);
  return notebook.printed.at(-1);
};

describe('a file beside the notebook', () => {
  test('is imported without its extension, and from index.ts of a folder', async () => {
    write('a.ts', 'export const a: number = 1');
    write('pkg/index.ts', 'export { a } from "../a"; export const b: string = "b"');
    expect(await value('import { a } from "./a"; import * as pkg from "./pkg"; [a, pkg.a, pkg.b]')).toEqual([
      1,
      1,
      'b',
    ]);
  });

  test('is reloaded when it changed, and only then', async () => {
    write('a.ts', 'export const made = {}; export const v = "ABC"');
    const notebook = startNotebook(folder);
    await notebook.run('import { made as first, v as v1 } from "./a"');
    await notebook.run('import { made as second } from "./a"; first === second');
    write('a.ts', 'export const made = {}; export const v = "XYZ"');
    await notebook.run('import { v as v2 } from "./a"; [v1, v2]');
    expect(notebook.failures).toEqual([]);
    expect(notebook.printed).toEqual([true, ['ABC', 'XYZ']]);
  });

  test('is reloaded when a file that it imports changed, even with import cycles', async () => {
    write('a.ts', 'import { b } from "./b"; export const name = "a"; export const a = () => b()');
    write('b.ts', 'import { name } from "./a.js"; export const b = () => name + 1');
    const notebook = startNotebook(folder);
    await notebook.run('import { a } from "./a"; a()');
    write('b.ts', 'import { name } from "./a.js"; export const b = () => name + 2');
    await notebook.run('import { a } from "./a"; a()');
    expect(notebook.printed).toEqual(['a1', 'a2']);
  });

  test('may import types without the word type', async () => {
    write('types.ts', 'export interface Row { n: number } export const one = 1');
    write('a.ts', 'import { Row, one } from "./types"; export const row: Row = { n: one }');
    expect(await value('import { row } from "./a"; row')).toEqual({ n: 1 });
  });

  test('may use enums and decorators', async () => {
    write(
      'a.ts',
      'export enum E { A = 3 }\nfunction d(_: unknown, __: unknown) {}\n@d export class K { n: number = 4 }',
    );
    expect(await value('import { E, K } from "./a"; [E.A, new K().n]')).toEqual([3, 4]);
  });

  test('may be JSON, with or without an attribute', async () => {
    write('data.json', '{ "n": 5 }');
    const cell =
      'import data from "./data.json"; import again from "./data.json" with { type: "json" }; [data.n, again.n]';
    expect(await value(cell)).toEqual([5, 5]);
  });

  test('can be imported dynamically', async () => {
    write('a.ts', 'export const a: number = 7');
    expect(await value('(await import("./a.ts")).a')).toBe(7);
  });

  test('with a syntax error is reported with name, line and column', async () => {
    write('bad.ts', 'export const a = 1\nexport const b: number = ;');
    const notebook = startNotebook(folder);
    await notebook.run('import { a } from "./bad"');
    expect(String(notebook.failures[0])).toMatch(/bad\.ts:2:\d+/);
  });

  test('may be CommonJS', async () => {
    write('old.js', 'module.exports = { a: 1 }');
    write('older.cjs', 'exports.b = 2');
    expect(await value('import old from "./old.js"; import { b } from "./older.cjs"; [old.a, b]')).toEqual([1, 2]);
  });
});

describe('a package in the folder of the notebook', () => {
  test('is found by its exports map, for import and for require', async () => {
    write(
      'node_modules/dual/package.json',
      '{ "exports": { ".": { "import": "./m.mjs", "require": "./c.cjs" }, "./deep": "./d.mjs" } }',
    );
    write('node_modules/dual/m.mjs', 'export const kind = "module"');
    write('node_modules/dual/c.cjs', 'exports.kind = "commonjs"');
    write('node_modules/dual/d.mjs', 'export default "deep"');
    const cell = 'import { kind } from "dual"; import deep from "dual/deep"; [kind, deep, require("dual").kind]';
    expect(await value(cell)).toEqual(['module', 'deep', 'commonjs']);
  });

  test('may await at its top level', async () => {
    write('node_modules/slow/package.json', '{ "type": "module", "exports": "./index.js" }');
    write('node_modules/slow/index.js', 'export const a = await Promise.resolve(8)');
    expect(await value('import { a } from "slow"; a')).toBe(8);
  });

  test('is named in the error if it is missing', async () => {
    const notebook = startNotebook(folder);
    await notebook.run('import x from "no-such-package"');
    expect(String(notebook.failures[0])).toContain("Cannot find package 'no-such-package'");
  });

  test('need not be installed if it is a dependency of the library', async () => {
    expect(await value('import * as aq from "arquero"; aq.table({ a: [1, 2] }).numRows()')).toBe(2);
  });
});
