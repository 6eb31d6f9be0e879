import { hostProgram } from '../host-program.ts';
import type { WantedBinary } from '../stacks/symbols/collect.ts';
import { isBuildId } from '../stacks/symbols/source.ts';
import { scriptHeader } from '../transport/quote.ts';

/** The Perl program, in this order. */
export const perlParts = ['begin', 'elf', 'find', 'main'].map((part) => `src/lib/fetch/perl/${part}.pl`);

/** What the host may send at most. */
export interface Limits {
  /** Bytes in all. */
  readonly total: number;
  /** Bytes of a file. */
  readonly each: number;
  readonly seconds: number;
}

/** A binary that the host is asked for; answers refer to it by `index`. */
export interface Item {
  readonly index: number;
  readonly binary: WantedBinary;
  /** Build-ids that need not be sent; with `+`, their debug files need not be sent either. */
  readonly known: readonly string[];
}

const MOST_PIDS = 8;
/** A program travels in the environment, which has room for 128 KB of it. */
const MOST_LIST = 48 * 1024;

const PLAIN = /^[A-Za-z0-9/._-]$/;

/** A path for `printf %b` and for Perl: every byte but the plainest as \0ooo, so that it is one word without quoting. */
const escaped = (path: string): string =>
  Array.from(Buffer.from(path), (byte) => {
    const char = String.fromCharCode(byte);
    return PLAIN.test(char) ? char : `\\0${byte.toString(8).padStart(3, '0')}`;
  }).join('');

const orDash = (text: string): string => (text === '' ? '-' : text);
const list = (words: readonly (string | number)[] = []): string => orDash(words.join(','));
const idOf = (buildId: string): string => (isBuildId(buildId) ? buildId : '-');
const isPid = (pid: number): boolean => Number.isSafeInteger(pid) && pid > 0;

/** Whether a name of a capture can be a file of a host: an absolute path without `..`. */
const isPath = (name: string): boolean =>
  name.startsWith('/') && name.length < 4096 && !name.includes('\0') && !name.split('/').includes('..');

export const isVdso = (name: string): boolean => name.startsWith('[vdso');
export const isFetchable = ({ name }: WantedBinary): boolean => isVdso(name) || isPath(name);

const itemLine = ({ index, binary, known }: Item): string => {
  const { name, buildId, inode = 0, pids = [] } = binary;
  const processes = list(pids.filter(isPid).slice(0, MOST_PIDS));
  const [kind, ino, path] = isVdso(name) ? ['v', '-', ''] : ['f', Math.trunc(inode), escaped(name)];
  return `${kind} ${index} ${idOf(buildId)} ${ino} ${processes} ${list(known)} ${path}`.trimEnd();
};

/** The list for symbols.pl and symbols.sh, cut into pieces that each fit into a program. */
export const requestLists = (ask: {
  readonly items: readonly Item[];
  readonly pids: readonly number[];
  readonly kernel: { readonly buildId: string; readonly known: readonly string[] } | undefined;
}): string[] => {
  const lines = [
    ...(ask.kernel === undefined ? [] : [`k ${idOf(ask.kernel.buildId)} ${list(ask.kernel.known)}`]),
    ...ask.pids.filter(isPid).map((pid) => `m ${pid}`),
    ...ask.items.map(itemLine),
  ];
  const out: string[] = [];
  for (const line of lines) {
    const last = out.at(-1);
    if (last === undefined || last.length + line.length > MOST_LIST) out.push(`${line}\n`);
    else out[out.length - 1] = `${last}${line}\n`;
  }
  return out;
};

/** The program that sends the symbols of a list: POSIX sh for the supervisor. */
export const requestScript = (list: string, nonce: string, limits: Limits): string => {
  const program = perlParts.map(hostProgram).join('');
  const { total, each, seconds } = limits;
  const whole = { total: Math.floor(total), each: Math.floor(each), seconds: Math.ceil(seconds) };
  return scriptHeader({ program, nonce, ...whole, list }) + hostProgram('src/lib/fetch/symbols.sh');
};
