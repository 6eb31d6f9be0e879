import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { createCellScope } from '../kernel/src/language/cell-scope.ts';
import { createChecker } from '../kernel/src/language/checker.ts';
import { createCompiler } from '../kernel/src/language/compiler.ts';
import { findDeclarations } from '../kernel/src/language/declarations.ts';
import { visibleNames } from '../kernel/src/language/live-names.ts';
import { scan } from '../kernel/src/language/tokens.ts';

/**
 * Costs of a cell's language: our compiler beside tslab's converter and TypeScript's transpileModule; the native
 * checker beside TypeScript 6's language service over the same virtual files. Each contender is a separate process, and
 * all run twice, alternating. `npm run bench -- language [--quick]`.
 */
const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

type Figures = Record<string, number>;

const ROUNDS = 2;

const CHARTS = `import * as aq from 'arquero'; import type { TopLevelSpec } from 'vega-lite';`;
const SPEC = (index: number): string =>
  `const spec${index}: TopLevelSpec = { data: { values: aq.table({ a: [${index}] }).objects() }, mark: 'bar', encoding: { x: { field: 'a' } } };`;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Milliseconds of each of `count` runs with different input. */
const times = async (count: number, work: (index: number) => unknown): Promise<number[]> => {
  const taken: number[] = [];
  for (let index = 0; index < count; index++) {
    const begin = performance.now();
    await work(index);
    taken.push(performance.now() - begin);
  }
  return taken;
};

/** Resident memory of a process in MB. */
const memory = (pid: number | 'self'): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

const compileOurs = async (count: number): Promise<Figures> => {
  const begin = performance.now();
  const compiler = createCompiler({ folder: root, filename: ({ name }) => join(root, name) });
  let id = 0;
  const run = (source: string): unknown => {
    const result = compiler.compile({ id: ++id, name: `In[${id}]`, source });
    if (!result.ok) throw new Error(result.diagnostics[0]?.message);
    return new Script(result.compiled.code).runInThisContext();
  };
  run('0 + 0');
  const first = performance.now() - begin;
  return {
    'load and first cell': first,
    'trivial cell': median(await times(count, (index) => run(`${index} + 1`))),
    'declaration with a type': median(await times(count, (index) => run(`let v${index}: number = ${index}`))),
    'trivial cell after 200': median(await times(count, (index) => run(`${index} + 2`))),
    enum: median(await times(count, (index) => run(`enum E${index} { A = ${index} }`))),
    'MB of the process': memory('self'),
  };
};

interface Converter {
  readonly convert: (previous: string, source: string) => { declOutput: string };
  readonly close: () => void;
}

const compileTslab = async (count: number): Promise<Figures> => {
  const begin = performance.now();
  const { createConverter } = require('tslab/dist/converter.js') as {
    readonly createConverter: (options: object) => Converter;
  };
  const converter = createConverter({});
  let declared = '';
  const run = (source: string): void => {
    declared = converter.convert(declared, source).declOutput;
  };
  run('0 + 0');
  const first = performance.now() - begin;
  const figures = {
    'load and first cell': first,
    'trivial cell': median(
      await times(count, (index) => {
        run(`${index} + 1`);
      }),
    ),
    'declaration with a type': median(
      await times(count, (index) => {
        run(`let v${index}: number = ${index}`);
      }),
    ),
    'trivial cell after 200': median(
      await times(count, (index) => {
        run(`${index} + 2`);
      }),
    ),
    enum: median(
      await times(Math.min(count, 20), (index) => {
        run(`enum E${index} { A = ${index} }`);
      }),
    ),
    'MB of the process': memory('self'),
  };
  converter.close();
  return figures;
};

type TypeScript = typeof import('typescript');

const compileTranspile = async (count: number): Promise<Figures> => {
  const begin = performance.now();
  const ts = require('typescript') as TypeScript;
  const run = (source: string): string =>
    ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext } })
      .outputText;
  run('0 + 0');
  const first = performance.now() - begin;
  return {
    'load and first cell': first,
    'trivial cell': median(await times(count, (index) => run(`${index} + 1`))),
    'declaration with a type': median(await times(count, (index) => run(`let v${index}: number = ${index}`))),
    enum: median(await times(count, (index) => run(`enum E${index} { A = ${index} }`))),
    'MB of the process': memory('self'),
  };
};

/** What both checkers are asked, in this order. */
interface Subject {
  /** Checks a cell, expects no error, and accepts it. */
  accept(source: string): Promise<void>;
  complete(source: string): Promise<number>;
  memory(): number;
}

const checkAll = async (subject: Subject, count: number, begin: number): Promise<Figures> => {
  await subject.accept('let first = 1');
  const first = performance.now() - begin;
  const chain = (index: number): Promise<void> =>
    subject.accept(index === 0 ? 'let v0 = 1' : `let v${index} = v${index - 1} + 1`);
  const trivial = await times(count, (index) => subject.accept(`${index} + 1`));
  const growing = await times(200, chain);
  const after = await times(20, (index) => subject.accept(`v199 + ${index}`));
  const charts = performance.now();
  await subject.accept(CHARTS);
  await subject.accept(SPEC(0));
  const chartsFirst = performance.now() - charts;
  return {
    'start to first answer': first,
    'trivial cell': median(trivial),
    'one of 20 first in a chain': median(growing.slice(0, 20)),
    'one of 20 after 200 in a chain': median(after),
    'first arquero and vega-lite cells': chartsFirst,
    'trivial cell with both in scope': median(await times(count, (index) => subject.accept(`${index} + 3`))),
    'chart cell': median(await times(20, (index) => subject.accept(SPEC(index + 1)))),
    'completion of aq.': median(await times(20, () => subject.complete('aq.'))),
    'MB of the checking process': subject.memory(),
  };
};

const checkNative = async (count: number): Promise<Figures> => {
  const begin = performance.now();
  let pid = 0;
  const checker = createChecker({
    folder: root,
    live: () => Promise.resolve([]),
    log: () => undefined,
    spawned: (spawned) => (pid = spawned),
  });
  let id = 0;
  const subject: Subject = {
    accept: async (source) => {
      const cell = { id: ++id, name: 'In', source };
      const [wrong] = await checker.check(cell);
      if (wrong) throw new Error(`${source}: ${wrong.message}`);
      checker.accept(cell);
    },
    complete: async (source) => (await checker.complete(source, source.length)).matches.length,
    memory: () => memory(pid),
  };
  const figures = await checkAll(subject, count, begin);
  checker.close();
  return figures;
};

/** TypeScript 6's language service over the same two files as the native compiler. */
const checkService = async (count: number): Promise<Figures> => {
  const begin = performance.now();
  const ts = require('typescript') as TypeScript;
  const cellFile = join(root, '__bench_cell__.ts');
  const scopeFile = join(root, '__bench_scope__.ts');
  const scope = createCellScope();
  const files = new Map([
    [cellFile, { text: 'export {}', version: 0 }],
    [scopeFile, { text: scope.text(), version: 0 }],
  ]);
  const set = (file: string, text: string): void => {
    files.set(file, { text, version: (files.get(file)?.version ?? 0) + 1 });
  };
  const service = ts.createLanguageService({
    getCompilationSettings: () => ({
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.Preserve,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      moduleDetection: ts.ModuleDetectionKind.Force,
      lib: ['lib.esnext.d.ts'],
      types: ['node'],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    }),
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: (file) => String(files.get(file)?.version ?? 0),
    getScriptSnapshot: (file) => {
      const text = files.get(file)?.text ?? ts.sys.readFile(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (file) => files.has(file) || ts.sys.fileExists(file),
    readFile: (file) => files.get(file)?.text ?? ts.sys.readFile(file),
    directoryExists: (folder) => ts.sys.directoryExists(folder),
    getDirectories: (folder) => ts.sys.getDirectories(folder),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
  });
  const put = (source: string): ReturnType<typeof findDeclarations> => {
    const declarations = findDeclarations(scan(source).tokens);
    const own = new Set(declarations.declared.map(({ name }) => name));
    set(cellFile, `${source}\n;${visibleNames(source, own, scope.live, false)}`);
    return declarations;
  };
  let id = 0;
  const subject: Subject = {
    accept: (source) => {
      const declarations = put(source);
      const found = [...service.getSyntacticDiagnostics(cellFile), ...service.getSemanticDiagnostics(cellFile)];
      const wrong = found.find(
        ({ category, start }) => category === ts.DiagnosticCategory.Error && (start ?? 0) < source.length,
      );
      if (wrong) throw new Error(`${source}: ${ts.flattenDiagnosticMessageText(wrong.messageText, '\n')}`);
      scope.accept(++id, source, declarations);
      set(scopeFile, scope.text());
      return Promise.resolve();
    },
    complete: (source) => {
      put(source);
      return Promise.resolve(service.getCompletionsAtPosition(cellFile, source.length, {})?.entries.length ?? 0);
    },
    memory: () => memory('self'),
  };
  return checkAll(subject, count, begin);
};

const sides = {
  'our compiler (runs the cell too)': compileOurs,
  "tslab's converter": compileTslab,
  'TypeScript 6 transpileModule': compileTranspile,
  'native TypeScript 7, our checker': checkNative,
  'TypeScript 6 language service': checkService,
};

type Side = keyof typeof sides;

/** One contender in a separate process: prints its figures as JSON. */
export const side = async (name: Side, count: number): Promise<void> => {
  console.log(JSON.stringify(await sides[name](count)));
};

const measure = (name: Side, count: number): Figures => {
  const program = `import(${JSON.stringify(import.meta.url)}).then(({ side }) => side(${JSON.stringify(name)}, ${count})).then(() => process.exit(0))`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--no-warnings', '-e', program], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name}: ${stderr.slice(0, 2000)}`);
  return JSON.parse(stdout) as Figures;
};

const table = (title: string, names: readonly Side[], figures: ReadonlyMap<Side, readonly Figures[]>): void => {
  console.log(`\n${title} (medians in ms; ${ROUNDS} rounds)`);
  const rows = Object.keys(figures.get(names[0] ?? 'our compiler (runs the cell too)')?.[0] ?? {});
  const show = (name: Side, row: string): string =>
    (figures.get(name) ?? []).map((round) => round[row]?.toFixed(2) ?? '-').join(' / ');
  console.log(['', ...names].map((cell) => cell.padEnd(34)).join(''));
  for (const row of rows)
    console.log([row, ...names.map((name) => show(name, row))].map((cell) => cell.padEnd(34)).join(''));
};

export const run = async (args: string[]): Promise<void> => {
  const count = args.includes('--quick') ? 40 : 200;
  const names = Object.keys(sides) as Side[];
  const figures = new Map<Side, Figures[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) for (const name of names) figures.get(name)?.push(measure(name, count));
  table('Compiling a cell', names.slice(0, 3), figures);
  table('Checking a cell', names.slice(3), figures);
  await Promise.resolve();
};
