import { FridayError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import { ranOut } from '../lib/bytes/wasm.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const TOO_LARGE = ['is too large', 'Give a smaller part of it.'] as const;

/** What an errno means, and what to do about it. */
const refusals: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['no such file or folder', 'Check the path.'],
  ENOTDIR: ['a part of the path is not a folder', 'Check the path.'],
  EISDIR: ['expected a file, got a folder', 'Name a file in it.'],
  ELOOP: ['its symbolic links form a loop', 'Name the file itself: ls -l'],
  ENAMETOOLONG: ['the name is too long', 'Check the path.'],
  EACCES: ['permission denied', 'Check its permissions: ls -l'],
  EPERM: ['the system does not allow it', 'Check its permissions: ls -l'],
  EROFS: ['the file system is read-only', 'Write to another folder.'],
  ENOSPC: ['the disk is full', 'Free some space, or write to another folder: df -h'],
  EDQUOT: ['your disk quota is used up', 'Free some space, or write to another folder: quota'],
  EFBIG: ['the file would be larger than allowed', 'Write to another folder, or raise the limit: ulimit -f'],
  EMFILE: ['too many open files', 'Raise the limit in this shell: ulimit -n 4096'],
  ENFILE: ['too many open files on this machine', 'Close other programs.'],
  ENXIO: ['expected a file, got a socket or a device that is not there', 'Name a file.'],
  ENODEV: ['expected a file, got a device that is not there', 'Name a file.'],
  EIO: ['the device failed', 'Read the kernel log: dmesg | tail'],
  EINVAL: ['this kind of file cannot be read that way', 'Copy it to a file first.'],
  ENOMEM: ['not enough memory', 'Give a smaller file, or free some memory: free -h'],
  ERR_FS_FILE_TOO_LARGE: TOO_LARGE,
  ERR_STRING_TOO_LONG: TOO_LARGE,
  ERR_BUFFER_TOO_LARGE: TOO_LARGE,
};

/** V8's messages for content that is too large. */
const limits: readonly (readonly [RegExp, string])[] = [
  [/call stack size/, 'nested too deeply to be read'],
  [
    /string length|array length|buffer allocation|cannot be created|Array buffer|Map maximum size/i,
    'too large to be read',
  ],
];

const ofOptions = (error: Error, verb: string): FridayError =>
  new FridayError('usage', `fbf ${verb}: ${error.message.split(/\. |\n/)[0] ?? ''}`, {
    next: `fbf ${verb} --help`,
    cause: error,
  });

const ofMemory = (error: Error, verb: string): FridayError =>
  new FridayError('input', `fbf ${verb}: the content needs more than the 4 GB of memory that its reader has`, {
    next: 'Give a smaller part of it: a shorter time, fewer processes or CPUs, or: head -c 1G FILE',
    cause: error,
  });

const ofLimits = (error: RangeError, verb: string): FridayError | undefined => {
  const found = limits.find(([pattern]) => pattern.test(error.message));
  if (found === undefined) return undefined;
  return new FridayError('input', `fbf ${verb}: the content is ${found[1]}`, {
    next: 'Check that it is the file you mean, or give a smaller part of it.',
    cause: error,
  });
};

/** The error for our own errors, wrong options and errors of the system; undefined for an unexpected error. */
export const failure = (error: unknown, verb: string): FridayError | undefined => {
  if (error instanceof FridayError) return error;
  if (!(error instanceof Error)) return undefined;
  if (ranOut(error)) return ofMemory(error, verb);
  const code = codeOf(error);
  if (code.startsWith('ERR_PARSE_ARGS')) return ofOptions(error, verb);
  if (error instanceof RangeError && !code.startsWith('ERR_FS')) return ofLimits(error, verb);
  const refusal = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  if (refusal === undefined) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? printable(error.path, 200) : `fbf ${verb}`;
  const [say, next] = refusal;
  const kind = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) ? 'disk-full' : 'input';
  return new FridayError(kind, `${path}: ${say}`, { next, cause: error });
};

/** The message for an unexpected error: one sentence, and its stack if FBF_DEBUG=1. */
export const unexpected = (error: unknown, verb: string): FridayError => {
  const said = error instanceof Error ? error.message : String(error);
  if (process.env['FBF_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  const message = `fbf ${verb}: a bug in fbf: ${printable(said.split('\n')[0] ?? '', 300)}`;
  return new FridayError('internal', message, {
    next: 'Please report it with the output of the same command under FBF_DEBUG=1.',
    cause: error,
  });
};

/** True for EPIPE: the reader of our output has closed it (`fbf sources | head`), which is no error. */
export const closing = (error: unknown): boolean => codeOf(error) === 'EPIPE';
