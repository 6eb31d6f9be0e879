import { FridayError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const TOO_LARGE = ['is too large to be read as a whole', 'Give a smaller part of it.'] as const;

/** What the system refused, by errno's name: what it says, and what to do about it. */
const refusals: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['no such file or folder', 'Check the path.'],
  ENOTDIR: ['a part of the path is not a folder', 'Check the path.'],
  EISDIR: ['expected a file, got a folder', 'Name a file in it.'],
  ELOOP: ['its symbolic links lead back to themselves', 'Name the file itself: ls -l'],
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
  EIO: ['the device failed', 'See what the kernel says: dmesg | tail'],
  EINVAL: ['it cannot be read like a file', 'Copy it to a file first.'],
  ENOMEM: ['not enough memory', 'Give a smaller file, or free some memory: free -h'],
  ERR_FS_FILE_TOO_LARGE: TOO_LARGE,
  ERR_STRING_TOO_LONG: TOO_LARGE,
  ERR_BUFFER_TOO_LARGE: TOO_LARGE,
};

/** What V8 says where content exceeds what it can hold. */
const limits: readonly (readonly [RegExp, string])[] = [
  [/call stack size/, 'nested too deeply'],
  [/string length|array length|buffer allocation|cannot be created|Array buffer|Map maximum size/i, 'too large'],
];

const ofOptions = (error: Error, verb: string): FridayError =>
  new FridayError('usage', `fbf ${verb}: ${error.message.split(/\. |\n/)[0] ?? ''}`, {
    next: `fbf ${verb} --help`,
    cause: error,
  });

const ofLimits = (error: RangeError, verb: string): FridayError | undefined => {
  const found = limits.find(([pattern]) => pattern.test(error.message));
  if (found === undefined) return undefined;
  return new FridayError('input', `fbf ${verb}: the content is ${found[1]} to be read`, {
    next: 'Check that it is the file you mean, or give a smaller part of it.',
    cause: error,
  });
};

/** The sentence for our own errors, wrong options and what the system refuses; undefined for an error that nobody expected. */
export const failure = (error: unknown, verb: string): FridayError | undefined => {
  if (error instanceof FridayError) return error;
  if (!(error instanceof Error)) return undefined;
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

/** What an error that nobody expected says: one sentence, and its stack where FBF_DEBUG asks for it. */
export const unexpected = (error: unknown, verb: string): FridayError => {
  const said = error instanceof Error ? error.message : String(error);
  if (process.env['FBF_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  const message = `fbf ${verb}: a fault of fbf: ${printable(said.split('\n')[0] ?? '', 300)}`;
  return new FridayError('internal', message, {
    next: 'Please report it with what FBF_DEBUG=1 makes the same command print.',
    cause: error,
  });
};

/** Whether whoever read our output has seen enough (`fbf sources | head`): no error. */
export const closing = (error: unknown): boolean => codeOf(error) === 'EPIPE';
