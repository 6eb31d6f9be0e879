import { headOf } from './perf-script/read-head.ts';
import { isSimpleperf } from './perf-script/simpleperf.ts';
import { peek, type ByteSource } from '../bytes/peek.ts';

/** The format of a file, from its first bytes and never from its name. */
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
  | 'ftrace-text'
  | 'unknown';

/** How many bytes are usually enough. */
export const RECOGNISED_BY = 65_536;

/**
 * Limit of bytes that are looked at: perf's comments for 30 events on 512 CPUs take 200 KB; no known format needs 1 MB.
 */
const MOST_BYTES = 2 ** 26;
/** Limit of lines that are looked at, comments not counted. */
const MOST_LINES = 1000;
/** How many bytes of each end of a line are looked at. */
const END_OF_LINE = 4096;

/** An event line of `perf script` has a time; without a time, it has a thread and ends in an event name. */
const isEvent = (line: string): boolean => {
  if (headOf(line)?.certain === true) return true;
  const words = line.slice(0, 4096).trim().split(/\s+/);
  if (words.some((word) => /^\d{1,10}\.\d{1,9}:$/.test(word))) return true;
  const isThread = (word: string): boolean => /^-?\d+(?:\/-?\d+)?$/.test(word);
  return /^\S/.test(line) && (words.at(-1) ?? '').endsWith(':') && words.slice(1, -1).some(isThread);
};

/** An event line of Ftrace has a dash before the thread, and the CPU in brackets after it; so has trace-cmd's. */
const FTRACE_LINE =
  /^ *\S.*-\d+ +(?:\( *(?:\d+|-+)\) +)?\[\d{3,}\] +(?:\( *(?:\d+|-+)\) +)?(?:\S{4,8} +)?\d+(?:\.\d{6}(?:\d{3})?)?: +\S/;

const STACK_LINE = /^\s+[0-9a-f]{1,16} .*\S/;
/** An address as perf prints it: 16 columns wide. */
const ADDRESS = /^[\t ](?= *[0-9a-f]{1,16}(?: \S|$))[ 0-9a-f]{16}/;
const FOLDED = /^\S.*\s\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** The first test that holds for the first lines decides. Each test gets lines without empty lines and comments. */
const tests: readonly (readonly [Recognised, (lines: readonly string[], all: readonly string[]) => boolean])[] = [
  ['bpftrace-json', (lines) => /^\{\s*"type"\s*:\s*"/.test(lines.slice(0, 2).join(' '))],
  ['perf-stat-json', ([first = '']) => first.startsWith('{') && STAT_JSON.test(first)],
  [
    'perf-stat-text',
    (_, all) =>
      all.some((line) => /^ Performance counter stats for /.test(line) || /^#\s+time\s+counts unit events/.test(line)),
  ],
  ['ftrace-text', (lines, all) => ftraceIn(lines, all)],
  ['bpftrace-text', (lines, all) => bpftraceIn(lines) || /^Attach(?:ing|ed) \d+ probes?/.test(all[0] ?? '')],
  ['simpleperf report-sample', ([first = '']) => isSimpleperf(first)],
  ['perf-script', (lines) => perfScriptIn(lines)],
  ['folded', (lines) => foldedIn(lines)],
  ['perf-stat-csv', (lines) => lines.slice(0, 3).some(isStatLine)],
];

const STAT_JSON = /"(?:counter-value|metric-value|event-runtime)" *:/;

/** CSV of perf stat: at least six fields, a count among the first three, and a name. */
const isStatLine = (line: string): boolean => {
  const fields = line
    .slice(0, 4096)
    .split(/[,;|\t]/)
    .map((field) => field.trim());
  const isCount = (field: string): boolean => /^(?:-?\d+(?:\.\d+)?|<not (?:counted|supported)>|)$/.test(field);
  return fields.length >= 6 && fields.slice(0, 3).some(isCount) && fields.some((field) => /^[A-Za-z%]/.test(field));
};

const bpftraceIn = (lines: readonly string[]): boolean => lines.some((line) => /^@[A-Za-z0-9_]*(?:\[|:)/.test(line));

const ftraceIn = ([first = '', second = '']: readonly string[], [heading = '']: readonly string[]): boolean =>
  /^# tracer: \S/.test(heading) ||
  FTRACE_LINE.test(first.slice(0, 4096)) ||
  (/^(?:cpus=\d+|version = \d+|CPU:\d+ \[)/.test(first) && FTRACE_LINE.test(second.slice(0, 4096)));

/** With stacks, an event line precedes each stack; without stacks, the first lines are all event lines. */
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

/** A line as it is tested: long lines without their middle; a line that continues beyond the bytes read ends in '…'. */
const testedLine = (bytes: Buffer, from: number, to: number, goesOn: boolean): string => {
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end);
  if (goesOn) return `${text(from, Math.min(to, from + END_OF_LINE))}\u2026`;
  if (to - from <= 2 * END_OF_LINE) return text(from, to).replace(/\r$/, '');
  return (text(from, from + END_OF_LINE) + text(to - END_OF_LINE, to)).replace(/\r$/, '');
};

const HASH = 35;

interface Lines {
  /** The first lines that are neither empty nor comments. */
  readonly lines: readonly string[];
  /** Comments among the first lines. */
  readonly all: readonly string[];
}

/** The first lines, one by one rather than as one big string. An incomplete last line counts only if the text ends. */
const linesIn = (head: Uint8Array, ended: boolean): Lines => {
  const lines: string[] = [];
  const all: string[] = [];
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  for (let from = 0; from < bytes.length && lines.length < MOST_LINES;) {
    while (bytes[from] === 10) from++;
    const newline = bytes.indexOf(10, from);
    const to = newline < 0 ? bytes.length : newline;
    const goesOn = newline < 0 && !ended;
    if (goesOn && to - from < END_OF_LINE) break;
    const start = from;
    from = to + 1;
    if (bytes[start] === HASH && all.length >= MOST_LINES) continue;
    const line = testedLine(bytes, start, to, goesOn);
    if (line.trim() === '') continue;
    if (all.length < MOST_LINES) all.push(line);
    if (!line.startsWith('#')) lines.push(line);
  }
  return { lines, all };
};

/**
 * The format of a file by its first bytes, after `unpack`; undefined if more bytes are needed to
 * tell. `ended`: these are all the bytes.
 */
export const recogniseSoFar = (head: Uint8Array, ended: boolean): Recognised | undefined => {
  const magic = Buffer.from(head.subarray(0, 8)).toString('latin1');
  // PERFFILE is the format of perf before Linux 2.6.36; the reader reports it.
  if (magic === 'PERFILE2' || magic === '2ELIFREP' || magic === 'PERFFILE') return 'perf.data';
  if (head.includes(0)) return 'unknown';
  const { lines, all } = linesIn(head, ended);
  const found = tests.find(([, test]) => test(lines, all))?.[0];
  if (found !== undefined) return found;
  return ended || lines.length >= MOST_LINES || head.length >= MOST_BYTES ? 'unknown' : undefined;
};

/** The format of a whole text, or the format that its first bytes suggest. */
export const recognise = (head: Uint8Array): Recognised => recogniseSoFar(head, true) ?? 'unknown';

/** How many bytes to read next if these were not enough. */
export const moreBytes = (bytes: number): number => bytes * 4;

/**
 * Finds the format of a source by reading on until it is known; returns a source that starts again at the first byte.
 */
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
