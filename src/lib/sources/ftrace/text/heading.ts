const [SPACE, TAB, DASH, DOT, COLON, OPEN, CLOSE] = [32, 9, 45, 46, 58, 40, 41];
const [SQUARE, UNSQUARE] = [91, 93];

/** The kernel and trace-cmd print a thread's name right-aligned in so many columns; the dash before its number follows. */
const NAME_COLUMNS = 16;
/** Where the dash may be in a line that lost its leading spaces, or has a longer name. */
const LONGEST_NAME = 64;
/** Characters of the column of flags: irqs-off, need-resched, hardirq/softirq, preempt-depth, migrate-disable, delay. */
const MOST_FLAGS = 8;

/** What stands before an event: see "The File System", `trace`, in https://docs.kernel.org/trace/ftrace.html */
export interface Heading {
  commFrom: number;
  commTo: number;
  tid: number;
  /** -1 without the option record-tgid, and where the kernel did not know it. */
  pid: number;
  cpu: number;
  /** Whole seconds and the rest in ns; a clock that counts has its count in `seconds`. */
  seconds: number;
  rest: number;
  /** The trace clock counts (`counter`, `x86-tsc`): no point in the number. */
  counts: boolean;
  /** Where the event begins. */
  at: number;
}

export const newHeading = (): Heading => ({
  commFrom: 0,
  commTo: 0,
  tid: 0,
  pid: -1,
  cpu: 0,
  seconds: 0,
  rest: 0,
  counts: false,
  at: 0,
});

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
const isSpace = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;

/** After the digits at `at`. */
const digitsEnd = (bytes: Uint8Array, at: number, to: number): number => {
  let end = at;
  while (end < to && isDigit(bytes[end])) end++;
  return end;
};

const skipSpaces = (bytes: Uint8Array, at: number, to: number): number => {
  let end = at;
  while (end < to && isSpace(bytes[end])) end++;
  return end;
};

const numberOf = (bytes: Uint8Array, from: number, to: number): number => {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + (bytes[i] as number) - 48;
  return value;
};

/** '(  123)' or '(-----)'; -1 if it is neither. */
const processEnd = (bytes: Uint8Array, at: number, to: number, heading: Heading): number => {
  const from = skipSpaces(bytes, at + 1, to);
  let end = digitsEnd(bytes, from, to);
  if (end > from) heading.pid = numberOf(bytes, from, end);
  else while (end < to && bytes[end] === DASH) end++;
  return end > from && bytes[end] === CLOSE ? skipSpaces(bytes, end + 1, to) : -1;
};

/** '123.456789: ', with 6 or 9 decimals, or '123456: ' of a clock that counts; -1 if it is neither. */
const timeEnd = (bytes: Uint8Array, from: number, to: number, heading: Heading): number => {
  let end = digitsEnd(bytes, from, to);
  if (end === from) return -1;
  heading.seconds = numberOf(bytes, from, end);
  heading.counts = bytes[end] !== DOT;
  heading.rest = 0;
  if (!heading.counts) {
    const point = end + 1;
    end = digitsEnd(bytes, point, to);
    if (end - point !== 6 && end - point !== 9) return -1;
    heading.rest = numberOf(bytes, point, end) * (end - point === 6 ? 1000 : 1);
  }
  if (bytes[end] !== COLON || (end + 1 < to && !isSpace(bytes[end + 1]))) return -1;
  return skipSpaces(bytes, end + 1, to);
};

/** The column of flags is left out with the option noirq-info, and by trace-cmd before version 3. */
const timeAfterFlags = (bytes: Uint8Array, from: number, to: number, heading: Heading): number => {
  const end = timeEnd(bytes, from, to, heading);
  if (end >= 0) return end;
  let at = from;
  while (at < to && at - from < MOST_FLAGS && !isSpace(bytes[at])) at++;
  return at > from && isSpace(bytes[at]) ? timeEnd(bytes, skipSpaces(bytes, at, to), to, heading) : -1;
};

/** Reads what follows a thread's name, from the dash on. */
const isAfterName = (bytes: Uint8Array, dash: number, to: number, heading: Heading): boolean => {
  const tidEnd = digitsEnd(bytes, dash + 1, to);
  if (tidEnd === dash + 1 || !isSpace(bytes[tidEnd])) return false;
  heading.pid = -1;
  let at = skipSpaces(bytes, tidEnd, to);
  if (bytes[at] === OPEN) at = processEnd(bytes, at, to, heading);
  if (at < 0 || bytes[at] !== SQUARE) return false;
  const cpuEnd = digitsEnd(bytes, at + 1, to);
  if (cpuEnd === at + 1 || bytes[cpuEnd] !== UNSQUARE) return false;
  heading.cpu = numberOf(bytes, at + 1, cpuEnd);
  at = skipSpaces(bytes, cpuEnd + 1, to);
  // Linux 4.13 prints the process after the CPU.
  if (bytes[at] === OPEN) at = processEnd(bytes, at, to, heading);
  if (at < 0) return false;
  heading.tid = numberOf(bytes, dash + 1, tidEnd);
  heading.at = timeAfterFlags(bytes, at, to, heading);
  return heading.at >= 0;
};

/**
 * Reads the heading of a line; false if it has none. A name may hold dashes, brackets, colons and spaces: the kernel's columns
 * decide where it ends, and in a line without its leading spaces the first place where a whole heading follows.
 */
export const readHeading = (bytes: Uint8Array, from: number, to: number, heading: Heading): boolean => {
  const start = skipSpaces(bytes, from, to);
  const column = from + NAME_COLUMNS;
  if (column < to && start <= column && bytes[column] === DASH && isAfterName(bytes, column, to, heading)) {
    heading.commFrom = start;
    heading.commTo = column;
    return true;
  }
  const last = Math.min(to, start + LONGEST_NAME);
  for (let dash = bytes.indexOf(DASH, start); dash >= 0 && dash < last; dash = bytes.indexOf(DASH, dash + 1)) {
    if (!isAfterName(bytes, dash, to, heading)) continue;
    heading.commFrom = start;
    heading.commTo = dash;
    return true;
  }
  return false;
};
