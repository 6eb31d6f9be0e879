import type { Completeness, IsComplete } from './language.ts';
import { offsetAt, lineStarts } from './lines.ts';
import { strip } from './strip.ts';
import { scan } from './tokens.ts';
import type { Scan } from './tokens.ts';

const INDENT = '  ';

/**
 * Tells whether a text is complete, incomplete, or invalid whatever follows. Open brackets, templates and comments, and
 * an error at the very end, mean incomplete; any other error means invalid.
 */
export const isComplete: IsComplete = (source) => {
  const found = scan(source);
  const { inTemplate, inComment, inString, mismatch, open } = found.ending;
  if (mismatch) return { status: 'invalid' };
  if (inTemplate || inComment) return { status: 'incomplete', indent: '' };
  if (inString) return source.endsWith('\\') ? { status: 'incomplete', indent: '' } : { status: 'invalid' };
  if (open.length > 0) return unfinished(source, found);
  const result = strip(source);
  if (result.ok) return bodyMissing(found.tokens) ? incomplete(source, found) : { status: 'complete' };
  const { line, column } = result.diagnostic;
  const offset = offsetAt(lineStarts(source), line, column) ?? source.length;
  const end = found.tokens.findLast(({ kind }) => kind !== 'comment')?.end ?? 0;
  return offset >= end ? incomplete(source, found) : { status: 'invalid' };
};

/** `function f()` alone is a valid overload in TypeScript, but the user is about to write the body. */
const bodyMissing = (tokens: Scan['tokens']): boolean => {
  const at = tokens.findLastIndex(({ text, depth }) => text === 'function' && depth === 0);
  return at >= 0 && !tokens.slice(at).some(({ text, depth }) => text === '{' && depth === 0);
};

/** A text with open brackets is still invalid if closing them leaves an error before the end. */
const unfinished = (source: string, found: Scan): Completeness => {
  const closing = found.ending.open.map((bracket) =>
    bracket === '(' ? ')' : bracket === '[' ? ']' : bracket === '{' ? '}' : '}`',
  );
  const result = strip(`${source}\n${closing.reverse().join('')}`);
  if (result.ok) return incomplete(source, found);
  const offset = offsetAt(lineStarts(source), result.diagnostic.line, result.diagnostic.column) ?? source.length;
  const last = found.tokens.findLast(({ kind }) => kind !== 'comment');
  return offset >= (last?.start ?? 0) ? incomplete(source, found) : { status: 'invalid' };
};

/** The indentation of the last line, plus one level if that line opens a bracket. */
const incomplete = (source: string, { tokens, ending }: Scan): Completeness => {
  const lines = source.split(/\r\n|[\n\r]/);
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  const own = /^[ \t]*/.exec(last)?.[0] ?? '';
  const lastToken = tokens.findLast(({ kind }) => kind !== 'comment');
  const opens = ending.open.length > 0 && lastToken !== undefined && /(?:^[([{]|\$\{)$/.test(lastToken.text);
  const continues = ending.open.length === 0;
  return { status: 'incomplete', indent: opens || continues ? own + INDENT : own };
};
