import { inspect } from 'node:util';
import type { Failure } from '../messages.ts';
import { cellSource, isOwn } from './sources.ts';

const label = (site: NodeJS.CallSite): string => {
  const name = site.getFunctionName();
  if (name === null || name === '') return '';
  const type = site.isToplevel() || site.isConstructor() ? null : site.getTypeName();
  const full = type !== null && type !== 'Object' && !name.startsWith(`${type}.`) ? `${type}.${name}` : name;
  return `${site.isAsync() ? 'async ' : ''}${site.isConstructor() ? 'new ' : ''}${full}`;
};

/** Frames of the kernel, and Node's frames below a cell, are left out: they do not help whoever wrote the cell. */
const foreign = (file: string): boolean =>
  isOwn(file) || file.startsWith('node:vm') || file.startsWith('node:internal/');

const frame = (site: NodeJS.CallSite): string | undefined => {
  const file = site.getFileName() ?? site.getEvalOrigin() ?? '';
  const source = cellSource(file);
  if (!source) return foreign(file) ? undefined : `    at ${(site as { toString(): string }).toString()}`;
  const position = source.position(site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1);
  if (!position) return undefined;
  const place = `${source.name}:${position.line}:${position.column}`;
  const name = label(site);
  return name === '' ? `    at ${place}` : `    at ${name} (${place})`;
};

const heading = (error: unknown): string => {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
};

/** Error.prepareStackTrace: cells' own names and line numbers (https://v8.dev/docs/stack-trace-api). */
export const prepareStackTrace = (error: unknown, sites: readonly NodeJS.CallSite[]): string =>
  [heading(error), ...sites.map(frame).filter((line) => line !== undefined)].join('\n');

const RED = '\u001b[31m';
const PLAIN = '\u001b[39m';

/** Name, message and traceback of a thrown value, as a front end shows them. */
export const failureOf = (thrown: unknown): Failure => {
  if (!(thrown instanceof Error)) {
    const evalue = inspect(thrown, { depth: 2, maxStringLength: 10_000 });
    return { ename: 'Thrown', evalue, traceback: [`${RED}Thrown${PLAIN}: ${evalue}`] };
  }
  const ename = thrown.name || 'Error';
  const evalue = thrown.message;
  let lines: string[];
  try {
    lines = inspect(thrown, { depth: 4, maxStringLength: 10_000 }).split('\n');
  } catch {
    lines = [heading(thrown)];
  }
  const [first = '', ...rest] = lines;
  return { ename, evalue, traceback: [first.replace(ename, () => `${RED}${ename}${PLAIN}`), ...rest] };
};
