import type { NamedFrame } from '../../stacks/fold-options.ts';

// The regular expressions of stackcollapse-perf.pl, each matched by hand in linear time; as regular expressions they
// take quadratic time on hostile lines. Strings have one character per byte, as in Perl.

const isBlank = (c: number): boolean => c === 32 || (c > 8 && c < 14);
const isDigit = (c: number): boolean => c > 47 && c < 58;
const isWord = (c: number): boolean => isDigit(c) || (c > 64 && c < 91) || (c > 96 && c < 123) || c === 95;

const runOf = (is: (c: number) => boolean, line: string, from: number): number => {
  let i = from;
  while (i < line.length && is(line.charCodeAt(i))) i++;
  return i;
};

/** The thread of an event line. */
export interface Who {
  readonly comm: string;
  readonly pid: string;
  readonly tid: string;
}

/** `/^(\S.+?)\s+(\d+)\/*(\d+)*\s+/`: with a thread id alone, or thread id 0, the process id becomes '?'. */
export const perlWho = (line: string): Who | undefined => {
  if (line === '' || isBlank(line.charCodeAt(0))) return undefined;
  for (let from = 1; from < line.length;) {
    const to = runOf(isBlank, line, from);
    const comm = Math.max(from, 2);
    if (comm < to) {
      const first = runOf(isDigit, line, to);
      const slashes = runOf((c) => c === 47, line, first);
      const second = slashes === first ? first : runOf(isDigit, line, slashes);
      if (first > to && second < line.length && isBlank(line.charCodeAt(second)))
        return who(line.slice(0, comm), line.slice(to, first), line.slice(slashes, second));
    }
    from = runOf((c) => !isBlank(c), line, to);
  }
  return undefined;
};

const who = (comm: string, pid: string, tid: string): Who =>
  isTrue(tid) ? { comm, pid, tid } : { comm, pid: '?', tid: pid };

/** Whether a string is true in Perl. */
export const isTrue = (text: string | undefined): boolean => text !== undefined && text !== '' && text !== '0';

/** `/:\s*(\d+)*\s+(\S+):\s*$/`: the event's name and where its period is, if it has one. */
export const perlEvent = (
  line: string,
): { readonly event: string; readonly from: number; readonly to: number } | undefined => {
  let end = line.length;
  while (end > 0 && isBlank(line.charCodeAt(end - 1))) end--;
  const start = backOver((c) => !isBlank(c), line, end);
  if (line[end - 1] !== ':' || end - start < 2) return undefined;
  const event = line.slice(start, end - 1);
  const to = backOver(isBlank, line, start);
  if (to === start) return undefined;
  if (line[to - 1] === ':') return { event, from: to, to };
  const from = backOver(isDigit, line, to);
  if (from === to || line[backOver(isBlank, line, from) - 1] !== ':') return undefined;
  return { event, from, to };
};

const backOver = (is: (c: number) => boolean, line: string, to: number): number => {
  let i = to;
  while (i > 0 && is(line.charCodeAt(i - 1))) i--;
  return i;
};

/** `/^\s*(\w+)\s*(.+) \((.*)\)/`: address, function, binary. */
export const perlFrame = (line: string): NamedFrame | undefined => {
  const close = line.lastIndexOf(')');
  const open = close < 2 ? -1 : line.lastIndexOf(' (', close - 2);
  if (open < 0) return undefined;
  const word = runOf(isBlank, line, 0);
  const wordEnd = runOf(isWord, line, word);
  const name = Math.min(runOf(isBlank, line, wordEnd), open - 1);
  if (wordEnd === word || name <= word) return undefined;
  return {
    pc: line.slice(word, Math.min(wordEnd, name)),
    name: line.slice(name, open),
    dso: line.slice(open + 2, close),
  };
};
