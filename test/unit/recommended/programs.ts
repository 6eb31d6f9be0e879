import { transformSync } from 'esbuild';
import type { Call } from './calls.ts';
import { PLACEHOLDER } from './texts.ts';
import { complaints, serviceFor } from '../answer/cells.ts';

/** A recommended call as a separate program. */
export interface Program extends Call {
  /** Names that the text leaves to its reader: `file`, `turn`, `a`. */
  readonly free: readonly string[];
}

const VERB_FIRST = /^\.?(?:[a-z]\w*)\(/;
const ENTRY = /^(?:\(?await\s+)?(?:connect|openProfile|openAnswer|live|sixtySeconds|compare|onProgress)\b/;

/** A verb without an answer before it is completed with `answer`. */
const withAnswer = (code: string): string =>
  VERB_FIRST.test(code) && !ENTRY.test(code) ? `answer.${code.replace(/^\./, '')}` : code;

const HEAD = `import { compare, connect, live, onProgress, openAnswer, openProfile, sixtySeconds, type Answer, type Host, type Questions } from 'fast-by-friday';
declare const host: Host;
`;

const isModule = (code: string): boolean => code.includes("from 'fast-by-friday'");
/** A notebook that imports the type itself needs no second import. */
const ANSWER = /^import type \{.*\bAnswer\b.*\} from 'fast-by-friday';$/m;
const UNUSED = /^\d+: (?:'.*' is declared but|All imports)/;
const FREE = /(?:Cannot find name|No value exists in scope for the shorthand property) '([^']+)'/;

/** The type of a name before a verb is an answer; other free names may be anything. */
const declaration = (name: string, code: string): string =>
  new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}\\.\\w+\\(`).test(code)
    ? `declare const ${name}: Answer;\n`
    : `declare const ${name}: any;\n`;

const cellOf = (code: string, free: readonly string[]): string =>
  `${isModule(code) ? (ANSWER.test(code) ? '' : "import type { Answer } from 'fast-by-friday';\n") : HEAD}${free.map((name) => declaration(name, code)).join('')}${code}\nexport {};\n`;

/** The calls as programs, with their free names and the compiler's messages. */
export const compiled = (calls: readonly Call[]): readonly (Program & { readonly complaints: readonly string[] })[] => {
  const codes = calls.map((call) => ({ ...call, code: withAnswer(call.code) }));
  const cells = (free: readonly (readonly string[])[]): Readonly<Record<string, string>> =>
    Object.fromEntries(codes.map(({ code }, i) => [`call${String(i)}`, cellOf(code, free[i] ?? [])]));
  const none = serviceFor(cells([]));
  const free = codes.map((_, i) => [
    ...new Set(complaints(none, `call${String(i)}`).flatMap((line) => FREE.exec(line)?.[1] ?? [])),
  ]);
  const left = cells(free);
  const again = serviceFor(Object.fromEntries(Object.entries(left).filter((_, i) => (free[i] ?? []).length > 0)));
  return codes.map((call, i) => ({
    ...call,
    free: free[i] ?? [],
    complaints: complaints((free[i] ?? []).length > 0 ? again : none, `call${String(i)}`).filter(
      (line) => !UNUSED.test(line),
    ),
  }));
};

/** Programs that are left to the reader cannot be run. */
export const canRun = ({ code }: Program): boolean => !code.includes(PLACEHOLDER);

const AsyncFunction = (async () => undefined).constructor as new (
  ...parts: readonly string[]
) => (...values: readonly unknown[]) => Promise<unknown>;

/** Runs a program with values for its free names; returns the value of a single expression. */
export const run = (code: string, names: Readonly<Record<string, unknown>>): Promise<unknown> => {
  const js = transformSync(code, {
    loader: 'ts',
    format: 'esm',
    target: 'esnext',
    tsconfigRaw: '{"compilerOptions":{"verbatimModuleSyntax":true}}',
  })
    .code.replace(/^import .* from ["']fast-by-friday["'];$/gm, '')
    .trim();
  const body = isModule(code) ? `{ ${js}\n }` : `return (${js.replace(/;$/, '')});`;
  return new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
};
