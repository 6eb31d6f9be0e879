import type { Diagnostic } from './language.ts';
import { lineStarts, positionAt } from './lines.ts';
import type { NativeDiagnostic } from './project.ts';

/**
 * Errors of `noImplicitAny` that are not shown: the option is on so that `let x = null` takes its type later, but a
 * parameter without a type is fine in a notebook. 7053 (a key that the type lacks) is shown, since it is a misspelt
 * column, except for `Object` and `{}`, which declare no keys.
 */
const FRIENDLY = new Set([
  7005, 7006, 7008, 7010, 7011, 7013, 7015, 7016, 7018, 7019, 7020, 7022, 7023, 7024, 7031, 7032, 7033, 7034,
]);

const ERROR = 1;

/** Whether the user sees this error. */
export const matters = ({ code, category, text }: NativeDiagnostic): boolean =>
  category === ERROR && !FRIENDLY.has(code) && !(code === 7053 && /type '(?:Object|\{\})'/.test(text));

/** Removes the checker's internal names of cells and files, and the folder of a package on this machine. */
export const readable = (text: string): string =>
  text
    .replace(/\bimport\("[^"]*__fbf_\w+__"\)\./g, '')
    .replace(/\bimport\("[^"]*\/node_modules\/((?:@[^/"]+\/)?[^/"]+)[^"]*"\)/g, 'import("$1")')
    .replace(/(?:\bglobal\.)?\$cell\d+\./g, '');

const chain = (diagnostic: NativeDiagnostic, indent: string): string =>
  [
    indent + readable(diagnostic.text),
    ...(diagnostic.messageChain ?? []).map((below) => chain(below, `${indent}  `)),
  ].join('\n');

/** Converts a compiler error to the contract's form; `text` is the text that its offsets count in. */
export const toDiagnostic = (
  found: NativeDiagnostic,
  text: string,
  { file, meant }: { readonly file?: string; readonly meant?: string } = {},
): Diagnostic => {
  const starts = lineStarts(text);
  const begin = positionAt(starts, found.pos);
  const end = positionAt(starts, found.end);
  return {
    severity: 'error',
    code: `TS${found.code}`,
    message: chain(found, '') + (meant === undefined ? '' : `\nDid you mean '${meant}'?`),
    line: begin.line,
    column: begin.column,
    endLine: end.line,
    endColumn: end.column,
    ...(file === undefined ? {} : { file }),
  };
};
