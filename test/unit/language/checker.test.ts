import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createChecker } from '../../../kernel/src/language/checker.ts';
import type { Checker, Diagnostic } from '../../../kernel/src/language/language.ts';

let folder: string;
let checker: Checker;
let pids: number[] = [];
let asked: { kind: string; prefix: string }[] = [];
let id = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fbf-checker-'));
  checker = createChecker({
    folder,
    live: (ask) => {
      asked.push(ask);
      return Promise.resolve([{ value: ask.kind === 'pid' ? '4711' : 'sda', doc: 'on the host' }]);
    },
    log: () => undefined,
    spawned: (pid) => pids.push(pid),
  });
  await checker.start();
}, 60_000);
beforeEach(() => {
  checker.reset();
  asked = [];
});
afterAll(() => {
  checker.close();
  rmSync(folder, { recursive: true, force: true });
});

const cell = (source: string) => ({ id: ++id, name: `In[${id}]`, source });

const accept = (...sources: readonly string[]): void => {
  for (const source of sources) checker.accept(cell(source));
};

const words = (found: readonly Diagnostic[]): string[] => found.map(({ message }) => message);

/** Accepts all but the last cell, and returns the diagnostics of the last one. */
const wrong = async (...sources: readonly string[]): Promise<string[]> => {
  accept(...sources.slice(0, -1));
  return words(await checker.check(cell(sources.at(-1) ?? '')));
};

describe('a cell is checked against the cells before it', () => {
  test.each([
    [
      'a variable has its type',
      ['let x = 3', 'x.toFixd()'],
      "Property 'toFixd' does not exist on type 'number'. Did you mean 'toFixed'?",
    ],
    ['a constant is constant', ['const y = 1', 'y = 2'], "Cannot assign to 'y' because it is a constant."],
    [
      'the newest declaration is used',
      ['let x = 3', 'let x = "s"', 'x.toFixed()'],
      "Property 'toFixed' does not exist on type 'string'. Did you mean 'fixed'?",
    ],
    [
      'a function has its inferred result',
      ['async function f(n: number) { return { n } }', '(await f(1)).m'],
      "Property 'm' does not exist on type '{ n: number; }'.",
    ],
    [
      'a class is a type and a value',
      ['class P { constructor(readonly name: string) {} }', 'const p: P = new P(1)'],
      "Argument of type 'number' is not assignable to parameter of type 'string'.",
    ],
    [
      'an interface of a later cell replaces a type',
      ['interface R { a: 1 }', 'interface R { b: 1 }', 'const r: R = { a: 1 }'],
      "Object literal may only specify known properties, and 'a' does not exist in type 'R'.",
    ],
    [
      'an awaited value has its type',
      ['const n = await Promise.resolve(1)', 'n.foo'],
      "Property 'foo' does not exist on type 'number'.",
    ],
    [
      'an awaited value in parentheses has its type',
      ['const n = await (Promise.resolve(1))', 'n.foo'],
      "Property 'foo' does not exist on type 'number'.",
    ],
    [
      'patterns',
      ['const { a, b: [c] } = { a: 1, b: ["x"] }', 'c.foo'],
      "Property 'foo' does not exist on type 'string'.",
    ],
    [
      'an import stays an import',
      ['import { cpus as c } from "node:os"', 'c().length.foo'],
      "Property 'foo' does not exist on type 'number'.",
    ],
    [
      'an imported type stays a type',
      ['import type { CpuInfo } from "os"', 'let i: CpuInfo = 1'],
      "Type 'number' is not assignable to type 'CpuInfo'.",
    ],
    [
      'types of earlier cells are kept through later ones',
      ['type Row = { pid: number }', 'const rows: Row[] = []', 'rows.map((d) => d.pidd)'],
      "Property 'pidd' does not exist on type 'Row'. Did you mean 'pid'?",
    ],
    ['a name that nobody declared', ['1', 'nobody'], "Cannot find name 'nobody'."],
    [
      'a possibly undefined value is checked',
      ['const m = new Map<string, number>()', 'm.get("a").toFixed()'],
      "Object is possibly 'undefined'.",
    ],
  ])('%s', async (_title, sources, message) => {
    expect(await wrong(...sources)).toEqual([message]);
  });

  test.each([
    ['a variable may change', ['let x = 1', 'x += 2; x = 5']],
    ['a variable without a value takes any', ['let x; let y = null', 'x = 1; y = "s"; y.length']],
    ['a parameter needs no type', ['function f(a, { b }) { return a + b }', 'f(1, { b: 2 })']],
    [
      'any name may be declared again, with another type',
      ['let a = 1; class B {}; function c() {}', 'let B = 2; class c {}; const a = "s"; a.length'],
    ],
    ['a global may be declared', ['class Promise {}', 'async function f() { return 1 }', 'interface Map { a: 1 }']],
    ['top-level await and for await', ['for await (const x of [1]) { x.toFixed() } await 1']],
    ['using', ['using r = { [Symbol.dispose]() {} }']],
    [
      'a name of an earlier cell is shadowed',
      ['let x = 1', '{ const x = "s"; x.length } const f = (x: string) => x.length'],
    ],
    ['an import and then a variable of its name', ['import * as os from "os"', 'let os = 1', 'os.toFixed()']],
    ['a type and a variable of one name', ['interface T { a: 1 }', 'let T = 5', 'const t: T = { a: 1 }; T.toFixed()']],
    ['generic functions', ['function g<T>(a: T[]) { return a.map((v) => ({ v })) }', 'g(["x"])[0]?.v.length']],
    ['an enum', ['enum E { A, B }', 'const e: E = E.A; E[0]']],
    ['what the kernel offers', ['jupyter.display({}); require("fs"); __dirname']],
  ])('%s', async (_title, sources) => {
    expect(await wrong(...sources)).toEqual([]);
  });

  test.each([
    [
      'let n = 1; const s = "a\\"b"; let u: string | undefined = "x"; const list = [1, 2]',
      'n.a; s.b; u?.c; list.d',
      ['number', '"a\\"b"', "on type 'string'", 'number[]'],
    ],
    ['let u: string | undefined = "x"', 'u.length', ["'u' is possibly 'undefined'."]],
    ['let o = { a: 1 }; const f = () => 1; let e = null', 'o.b; f.c; e.d', ['{ a: number; }', '() => number']],
  ])('a cell that was checked hands its types on: %s', async (first, second, types) => {
    const checked = cell(first);
    expect(await checker.check(checked)).toEqual([]);
    checker.accept(checked);
    const found = words(await checker.check(cell(second)));
    expect(found).toHaveLength(types.length);
    types.forEach((type, index) => {
      expect(found[index]).toContain(type);
    });
  });

  test('and a misspelt value is reported with a suggestion, line and column', async () => {
    const source =
      'import type { TopLevelSpec } from "vega-lite"\nconst s: TopLevelSpec = { data: { values: [] }, mark: "barr", encoding: {} }';
    const [found] = await checker.check(cell(source));
    expect(found).toMatchObject({ line: 2, column: 49, code: 'TS2820', severity: 'error' });
    expect(found?.message).toContain('Did you mean \'"bar"\'?');
  });

  test('a misspelt value gets a suggestion in a call with overloads, too', async () => {
    accept(
      'function ask(q: "block-io-latency" | "cpu-profile"): number; function ask(q: { [k: string]: "x" }): string; function ask(_: any): any {}',
    );
    const [found] = await checker.check(cell('ask("block-io-latenzy")'));
    expect(found?.message).toMatch(/\nDid you mean 'block-io-latency'\?$/);
    const [other] = await checker.check(cell('ask("something quite different")'));
    expect(other?.message).not.toContain('Did you mean');
  });

  test('positions count UTF-16 units, also after emoji and with CR LF line ends', async () => {
    const [found] = await checker.check(cell('const s = "😀é"\r\n"😀"; s.foo'));
    expect(found).toMatchObject({ line: 2, column: 9, endColumn: 12 });
  });

  test('the comment that disables it works only among the first comments', () => {
    expect(checker.wants('// @ts-nocheck\nx.y')).toBe(false);
    expect(checker.wants('/* a */ // b\n// @ts-nocheck: no types\nx.y')).toBe(false);
    expect(checker.wants('x.y // @ts-nocheck')).toBe(true);
  });

  test('an error in an imported file is an error of the cell until the file is corrected', async () => {
    writeFileSync(join(folder, 'a.ts'), 'export const a: number = "A"');
    const [found] = await checker.check(cell('import { a } from "./a"'));
    expect(found).toMatchObject({ file: 'a.ts', line: 1, column: 14 });
    writeFileSync(join(folder, 'a.ts'), 'export const a: number = 5');
    expect(await wrong('import { a } from "./a"; a.toFixed()')).toEqual([]);
  });

  test("the library's dependencies have types in any folder", async () => {
    expect(await wrong('import * as aq from "arquero"; const n: number = aq.table({ a: [1] })')).toEqual([
      "Type 'ColumnTable' is not assignable to type 'number'.",
    ]);
  });

  test('messages contain no paths of the checker or of packages', async () => {
    accept('class P { n = 1 }', 'import * as aq from "arquero"');
    expect(await wrong('const s: string = new P(); aq.tabel')).toEqual([
      "Type 'P' is not assignable to type 'string'.",
      "Property 'tabel' does not exist on type 'typeof import(\"arquero\")'. Did you mean 'table'?",
    ]);
  });

  test('a checker that dies is restarted with all accepted cells', async () => {
    accept('let kept = 1');
    await checker.check(cell('kept'));
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
    await expect.poll(() => checker.ready).toBe(false);
    expect(await wrong('kept.foo')).toEqual(["Property 'foo' does not exist on type 'number'."]);
    pids = pids.slice(-1);
  }, 60_000);
});

test('the compiler process ends with its parent, even if the parent is killed at the start', async () => {
  const url = new URL('../../../kernel/src/language/checker.ts', import.meta.url).href;
  const program = `import(${JSON.stringify(url)}).then(({ createChecker }) => createChecker({ folder: ${JSON.stringify(folder)},
    live: async () => [], log: () => undefined, spawned: (pid) => { console.log(pid); process.kill(process.pid, 'SIGKILL') } }).start())`;
  const { stdout, signal } = spawnSync(process.execPath, ['--no-warnings', '-e', program], { encoding: 'utf8' });
  expect(signal).toBe('SIGKILL');
  const state = (): string => {
    try {
      return /State:\s+(\w)/.exec(readFileSync(`/proc/${Number(stdout)}/status`, 'utf8'))?.[1] ?? 'gone';
    } catch {
      return 'gone';
    }
  };
  // A zombie has exited; reaping it is up to its parent.
  await expect.poll(() => ['gone', 'Z'].includes(state()), { timeout: 5000 }).toBe(true);
}, 30_000);

describe('completion', () => {
  /** `|` is the cursor: the last one in the text, because types may contain `|`. */
  const complete = (source: string) => {
    const cursor = source.lastIndexOf('|');
    return checker.complete(source.slice(0, cursor) + source.slice(cursor + 1), cursor);
  };

  test('offers members with their types, in alphabetical order', async () => {
    accept('const o = { beta: 1, alpha: "x", Gamma: () => 1 }');
    const { matches, types, start, end } = await complete('o.|');
    expect(matches).toEqual(['alpha', 'beta', 'Gamma']);
    expect(types.map(({ signature }) => signature)).toEqual(['string', 'number', '() => number']);
    expect([start, end]).toEqual([2, 2]);
  });

  test('replaces the whole word, and lists names that begin with it first', async () => {
    const { matches, start, end } = await complete('let v = { xab: 1, abc: 1, Abd: 1 }; v.a|b');
    expect(matches).toEqual(['abc', 'Abd', 'xab']);
    expect([start, end]).toEqual([38, 40]);
  });

  test('offers names of earlier cells, of this cell, and global names', async () => {
    accept('let earlierName = 1');
    expect((await complete('const nearName = 2; ea|')).matches[0]).toBe('earlierName');
    expect((await complete('const nearName = 2; nea|')).matches[0]).toBe('nearName');
    expect((await complete('setTimeo|')).matches).toContain('setTimeout');
    expect((await complete('function f(inner: number) { inn| }')).matches[0]).toBe('inner');
    expect((await complete('function f(inner: number) { } inn|')).matches).not.toContain('inner');
  });

  test('offers the allowed values of a literal type', async () => {
    expect((await complete('let v: "one" | "two" = |')).matches.slice(0, 2)).toEqual(['"one"', '"two"']);
    expect((await complete('let v: "one" | "two" = "|"')).matches).toEqual(['one', 'two']);
  });

  test.each([
    ['host.ask("x", { target: { pid: |', 'pid', '', '4711'],
    ['host.ask("x", { target: { pid: [1, |] } })', 'pid', '', '4711'],
    ["host.find({ name: 'ng|' })", 'name', 'ng', 'sda'],
    ["host.find('po|')", 'name', 'po', 'sda'],
    ['host.ask("x", { where: { device: "|', 'device', '', 'sda'],
  ])('asks the running program at %s', async (source, kind, prefix, match) => {
    const { matches } = await complete(source);
    expect(asked).toEqual([{ kind, prefix }]);
    expect(matches).toEqual([match]);
  });

  test.each(['const o = { pid: | }', 'f({ other: | })', 'f("|")', 'f({ a: b.name| })'])(
    'offers nothing at %s',
    async (source) => {
      await complete(source);
      expect(asked).toEqual([]);
    },
  );
});

describe('inspection', () => {
  const inspect = async (source: string): Promise<string | undefined> =>
    (await checker.inspect(source.replace('|', ''), source.indexOf('|'), 0))?.text;

  test.each([
    ['let x|yz = 10', 'let xyz: number'],
    ['"a".index|Of("b")', '(method) String.indexOf(searchString: string, position?: number): number'],
    ['enum E { A = 2 } E.A|', '(enum member) E.A = 2'],
    ['let m: Ma|p<string, number>', 'interface Map<K, V>'],
    ['type T|x = { a: 1 }', 'type Tx = { a: 1; }'],
    ['function f<T>(a: T, b?: number) { return a } f|(1)', 'function f<T>(a: T, b?: number): T'],
    ['class P { n = 1 } new P().n|', '(property) P.n: number'],
    ['function f(a|bc: string) {}', '(parameter) abc: string'],
  ])('%s', async (source, signature) => {
    expect((await inspect(source))?.split('\n')[0]).toBe(signature);
  });

  test('shows the documentation of an earlier cell, as Markdown with its tags', async () => {
    accept(
      '/** How long it took.\n * @since 1 */\nconst took = 5',
      '/** Adds.\n * @param a the first */\nfunction add(a: number) { return a }',
    );
    expect(await inspect('too|k')).toBe('const took: number\n\nHow long it took.\n@since 1'.replace('number', '5'));
    const found = await checker.inspect('add(1)', 1, 0);
    expect(found?.markdown).toBe(
      '```typescript\nfunction add(a: number): number\n```\n\nAdds.\n\n*@param* `a` — the first',
    );
  });

  test('returns nothing if the cursor is not at a name', async () => {
    expect(await inspect('1 + | 2')).toBeUndefined();
  });
});
