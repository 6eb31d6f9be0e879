/** What a file is, told from its first bytes and never from its name. */
export type Recognised =
  | 'perf.data'
  | 'perf-script'
  | 'folded'
  | 'bpftrace-text'
  | 'bpftrace-json'
  | 'perf-stat-text'
  | 'perf-stat-csv'
  | 'perf-stat-json'
  | 'unknown';

/** How many bytes are enough. */
export const RECOGNISED_BY = 65_536;

/** An event line of `perf script` has a time; without one a thread, and an event at its end. */
const isEvent = (line: string): boolean => {
  const words = line.slice(0, 4096).trim().split(/\s+/);
  if (words.some((word) => /^\d{1,10}\.\d{1,9}:$/.test(word))) return true;
  const isThread = (word: string): boolean => /^-?\d+(?:\/-?\d+)?$/.test(word);
  return /^\S/.test(line) && (words.at(-1) ?? '').endsWith(':') && words.slice(1, -1).some(isThread);
};

const STACK_LINE = /^\s+[0-9a-f]{1,16} .*\S/;
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
  if (first < 0) return false;
  return first === 0 || STACK_LINE.test(lines[first + 1] ?? '') || isEvent(lines[first + 1] ?? '');
};

const foldedIn = (lines: readonly string[]): boolean => {
  const some = lines.slice(0, 50);
  const good = some.filter((line) => FOLDED.test(line.slice(-4096))).length;
  return good > 0 && good * 2 >= some.length && !some.every((line) => /^[\d.,;\s<]/.test(line));
};

/** The first lines that are not empty, each for itself and at most 4096 bytes of it: never one big string. */
const linesIn = (head: Uint8Array): string[] => {
  const lines: string[] = [];
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  for (let from = 0; from < bytes.length && lines.length < 1000;) {
    const newline = bytes.indexOf(10, from);
    const to = newline < 0 ? bytes.length : newline;
    const line = bytes.toString('latin1', from, Math.min(to, from + 4096)).replace(/\r$/, '');
    if (line.trim() !== '') lines.push(line);
    from = to + 1;
  }
  return lines;
};

/** Says what the bytes at a file's start are, once nothing is wrapped around them (see plainBytes). */
export const recognise = (head: Uint8Array): Recognised => {
  const magic = Buffer.from(head.subarray(0, 8)).toString('latin1');
  if (magic === 'PERFILE2' || magic === '2ELIFREP') return 'perf.data';
  const start = head.subarray(0, RECOGNISED_BY);
  if (start.includes(0)) return 'unknown';
  const all = linesIn(start);
  const lines = all.filter((line) => !line.startsWith('#'));
  return tests.find(([, test]) => test(lines, all))?.[0] ?? 'unknown';
};
