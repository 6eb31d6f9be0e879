import { headOf } from '../sources/perf-script/read-head.ts';
import { isSimpleperf } from '../sources/perf-script/simpleperf.ts';
import { peek, type ByteSource } from './peek.ts';

/** What a file is, told from its first bytes and never from its name. */
export type Recognised =
  | 'perf.data'
  | 'perf-script'
  | 'simpleperf report-sample'
  | 'folded'
  | 'bpftrace-text'
  | 'bpftrace-json'
  | 'perf-stat-text'
  | 'perf-stat-csv'
  | 'perf-stat-json'
  | 'unknown';

/** How many bytes are usually enough. */
export const RECOGNISED_BY = 65_536;

/** How many bytes are looked at: perf's comments for 30 events on 512 CPUs are 200 KB, and nothing known needs a MB. */
const MOST_BYTES = 2 ** 26;
/** How many lines that are no comments are looked at. */
const MOST_LINES = 1000;
/** What is looked at of each end of a line. */
const END_OF_LINE = 4096;

/** An event line of `perf script` has a time; without one a thread, and an event at its end. */
const isEvent = (line: string): boolean => {
  if (headOf(line)?.certain === true) return true;
  const words = line.slice(0, 4096).trim().split(/\s+/);
  if (words.some((word) => /^\d{1,10}\.\d{1,9}:$/.test(word))) return true;
  const isThread = (word: string): boolean => /^-?\d+(?:\/-?\d+)?$/.test(word);
  return /^\S/.test(line) && (words.at(-1) ?? '').endsWith(':') && words.slice(1, -1).some(isThread);
};

const STACK_LINE = /^\s+[0-9a-f]{1,16} .*\S/;
/** An address as perf prints it: 16 columns wide. */
const ADDRESS = /^[\t ](?= *[0-9a-f]{1,16}(?: \S|$))[ 0-9a-f]{16}/;
const FOLDED = /^\S.*\s\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** In order: the first whose test holds for the first lines. Each gets lines without those that are empty or comments. */
const tests: readonly (readonly [Recognised, (lines: readonly string[], all: readonly string[]) => boolean])[] = [
  ['bpftrace-json', (lines) => /^\{\s*"type"\s*:\s*"/.test(lines.slice(0, 2).join(' '))],
  ['perf-stat-json', ([first = '']) => first.startsWith('{') && STAT_JSON.test(first)],
  [
    'perf-stat-text',
    (_, all) =>
      all.some((line) => /^ Performance counter stats for /.test(line) || /^#\s+time\s+counts unit events/.test(line)),
  ],
  ['bpftrace-text', (lines, all) => bpftraceIn(lines) || /^Attach(?:ing|ed) \d+ probes?/.test(all[0] ?? '')],
  ['simpleperf report-sample', ([first = '']) => isSimpleperf(first)],
  ['perf-script', (lines) => perfScriptIn(lines)],
  ['folded', (lines) => foldedIn(lines)],
  ['perf-stat-csv', (lines) => lines.slice(0, 3).some(isStatLine)],
];

const STAT_JSON = /"(?:counter-value|metric-value|event-runtime)" *:/;

/** Six fields or more; among the first three a count, and a name somewhere. */
const isStatLine = (line: string): boolean => {
  const fields = line
    .slice(0, 4096)
    .split(/[,;|\t]/)
    .map((field) => field.trim());
  const isCount = (field: string): boolean => /^(?:-?\d+(?:\.\d+)?|<not (?:counted|supported)>|)$/.test(field);
  return fields.length >= 6 && fields.slice(0, 3).some(isCount) && fields.some((field) => /^[A-Za-z%]/.test(field));
};

const bpftraceIn = (lines: readonly string[]): boolean => lines.some((line) => /^@[A-Za-z0-9_]*(?:\[|:)/.test(line));

/** Stacks have an event line before them; without stacks the first lines are all events. */
const perfScriptIn = (lines: readonly string[]): boolean => {
  const first = lines.findIndex(isEvent);
  // `-F comm,ip,sym` and `-F ip,sym`.
  if (first < 0) return lines.slice(0, 2).some((line) => ADDRESS.test(line));
  return first === 0 || STACK_LINE.test(lines[first + 1] ?? '') || isEvent(lines[first + 1] ?? '');
};

const foldedIn = (lines: readonly string[]): boolean => {
  const some = lines.slice(0, 50);
  const good = some.filter((line) => FOLDED.test(line.slice(-4096))).length;
  return good > 0 && good * 2 >= some.length && !some.every((line) => /^[\d.,;\s<]/.test(line));
};

/** A line as it is tested: a long one without its middle, one that goes on past what was read with a sign for that. */
const testedLine = (bytes: Buffer, from: number, to: number, goesOn: boolean): string => {
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end);
  if (goesOn) return `${text(from, Math.min(to, from + END_OF_LINE))}\u2026`;
  if (to - from <= 2 * END_OF_LINE) return text(from, to).replace(/\r$/, '');
  return (text(from, from + END_OF_LINE) + text(to - END_OF_LINE, to)).replace(/\r$/, '');
};

interface Lines {
  /** The first lines that are neither empty nor comments. */
  readonly lines: readonly string[];
  /** Comments among them. */
  readonly all: readonly string[];
}

/** The first lines, each for itself: never one big string. A short last line counts only where the text ends. */
const linesIn = (head: Uint8Array, ended: boolean): Lines => {
  const lines: string[] = [];
  const all: string[] = [];
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  for (let from = 0; from < bytes.length && lines.length < MOST_LINES;) {
    const newline = bytes.indexOf(10, from);
    const to = newline < 0 ? bytes.length : newline;
    const goesOn = newline < 0 && !ended;
    if (goesOn && to - from < END_OF_LINE) break;
    const line = testedLine(bytes, from, to, goesOn);
    from = to + 1;
    if (line.trim() === '') continue;
    if (all.length < MOST_LINES) all.push(line);
    if (!line.startsWith('#')) lines.push(line);
  }
  return { lines, all };
};

/**
 * Says what a file is by its first bytes, once nothing is wrapped around them (see plainBytes); undefined where more bytes
 * are needed to tell. `ended`: these are all that there are.
 */
export const recogniseSoFar = (head: Uint8Array, ended: boolean): Recognised | undefined => {
  const magic = Buffer.from(head.subarray(0, 8)).toString('latin1');
  // PERFFILE is that of perf before Linux 2.6.36: the reader says so.
  if (magic === 'PERFILE2' || magic === '2ELIFREP' || magic === 'PERFFILE') return 'perf.data';
  if (head.includes(0)) return 'unknown';
  const { lines, all } = linesIn(head, ended);
  const found = tests.find(([, test]) => test(lines, all))?.[0];
  if (found !== undefined) return found;
  return ended || lines.length >= MOST_LINES || head.length >= MOST_BYTES ? 'unknown' : undefined;
};

/** Says what a whole text is, or what its first bytes look like. */
export const recognise = (head: Uint8Array): Recognised => recogniseSoFar(head, true) ?? 'unknown';

/** What is read next where this much did not tell. */
export const moreBytes = (bytes: number): number => bytes * 4;

/** Says what a source is, reading on until that is known, and gives the source again from its first byte. */
export const recogniseSource = async (
  source: ByteSource,
): Promise<{ readonly format: Recognised; readonly head: Uint8Array; readonly whole: ByteSource }> => {
  let [rest, bytes] = [source, RECOGNISED_BY];
  for (;;) {
    const { head, whole } = await peek(rest, bytes);
    const format = recogniseSoFar(head, head.length < bytes);
    if (format !== undefined) return { format, head, whole };
    [rest, bytes] = [whole, moreBytes(bytes)];
  }
};
