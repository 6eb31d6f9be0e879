import type { Cell, Compiled, CompileResult, Compiler, CreateCompiler, Position } from './language.ts';
import { lineStarts, offsetAt, positionAt } from './lines.ts';
import { createModules } from './modules.ts';
import { CALL, rewrite } from './rewrite.ts';
import type { Rewritten } from './rewrite.ts';
import { createScope } from './scope.ts';
import { strip } from './strip.ts';
import type { Stripped } from './strip.ts';

/** Names that each cell can use without declaring them. */
const BUILTINS = new Set(['require', 'module', 'exports', '__dirname', '__filename']);

/**
 * The compiler of one user process. Compiling a cell takes time in proportion to its own length: earlier declarations
 * are one map from name to kind. A cell that is compiled but never runs changes nothing.
 */
export const createCompiler: CreateCompiler = ({ folder, imported }) => {
  const modules = createModules(folder);
  const { kinds } = createScope(folder, modules.load, imported ?? ((_specifier, namespace) => namespace));
  const around = {
    known: (name: string) => kinds.get(name) ?? (BUILTINS.has(name) ? ('builtin' as const) : undefined),
    isGlobal: (name: string) => name in globalThis,
  };
  const compiler: Compiler = {
    compile: ({ source }: Cell): CompileResult => {
      const result = strip(source);
      if (!result.ok) return { ok: false, diagnostics: [result.diagnostic] };
      const { stripped } = result;
      const rewritten = rewrite(stripped.code, stripped.program, around);
      return { ok: true, compiled: compiledCell(source, stripped, rewritten) };
    },
    position: (url, line, column) => modules.position(url, line, column),
  };
  return compiler;
};

const compiledCell = (source: string, { original }: Stripped, { edited, isAsync }: Rewritten): Compiled => {
  let lines: readonly (readonly number[])[] | undefined;
  const position = (line: number, column: number): Position | undefined => {
    const [from, to] = (lines ??= [lineStarts(edited.code), lineStarts(source)]);
    const offset = offsetAt(from ?? [], line, column);
    if (offset === undefined || offset > edited.code.length - CALL.length) return undefined;
    const stripped = edited.original(offset);
    const found = original ? original(stripped) : stripped;
    return found === undefined || found > source.length ? undefined : positionAt(to ?? [], called(source, found));
  };
  return { code: edited.code, isAsync, position };
};

/**
 * V8 reports a call at the name; for a name that the compiler replaced it reports the bracket behind: gives the name.
 */
const called = (source: string, offset: number): number =>
  source[offset] === '('
    ? offset - (/[\p{ID_Continue}$]+$/u.exec(source.slice(Math.max(0, offset - 100), offset))?.[0].length ?? 0)
    : offset;
