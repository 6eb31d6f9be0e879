import { FridayError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** What the system refused, by errno's name: what it says, and what to do about it. */
const refusals: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['no such file or folder', 'Check the path.'],
  ENOTDIR: ['a part of the path is no folder', 'Check the path.'],
  EISDIR: ['expected a file, got a folder', 'Name a file in it.'],
  EACCES: ['this user may not open it', 'Check its permissions: ls -l'],
  EPERM: ['this user may not do that', 'Check its permissions: ls -l'],
  EROFS: ['the file system is read-only', 'Write to another folder.'],
  ENOSPC: ['the disk is full', 'Free some space, or write to another folder: df -h'],
  EDQUOT: ['your quota of the disk is used up', 'Free some space, or write to another folder: quota'],
  EMFILE: ['too many open files', 'Raise the limit in this shell: ulimit -n 4096'],
};

/**
 * The sentence that a failed verb ends with: our own errors as they are, wrong options and files that the system refuses in
 * the same form. Undefined for what nobody expected: that is a bug, and its stack is wanted.
 */
export const failure = (error: unknown, verb: string): FridayError | undefined => {
  if (error instanceof FridayError) return error;
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  if (code.startsWith('ERR_PARSE_ARGS'))
    return new FridayError('usage', `fbf ${verb}: ${error.message.split('. ')[0] ?? ''}`, {
      next: `fbf ${verb} --help`,
      cause: error,
    });
  const refusal = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  if (refusal === undefined) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? printable(error.path) : `fbf ${verb}`;
  const [say, next] = refusal;
  const kind = code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'input';
  return new FridayError(kind, `${path}: ${say}`, { next, cause: error });
};
