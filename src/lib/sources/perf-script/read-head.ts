import { eventOf, threadOf } from './read-lines.ts';
import type { Thread } from './read-lines.ts';

/** An event line that is read whole, because its time is not printed or at an unusual place. */
export interface Head extends Thread {
  readonly seconds: number | undefined;
  readonly nanos: number;
  readonly period: number | undefined;
  readonly event: string | undefined;
  readonly rest: string;
  /** Whether the line must be an event by itself; other lines need a stack below them. */
  readonly certain: boolean;
}

const LONGEST = 4096;
const TIME = /(?:^|\s)(\d{1,10})\.(\d{1,9}):(?=\s|$)/;
const PROCESS = /(?:^|\s)-?\d{1,10}\/-?\d{1,10}(?=\s|$)/;
/** The first word with a letter that ends in a colon. */
const EVENT = /(?:^|\s)(?=[^\s:]*[A-Za-z])\S+:(?=\s|$)/;
/** perf ends fields with a blank, and prints an address as a blank and 16 columns. */
const ADDRESS = /(?<=\S) {2}( *[0-9a-f]{1,16})(?=\s|$)/g;
const WIDE = 16;

/** Where an event line has an address; undefined if it has none. */
const addressIn = (line: string): number | undefined => {
  for (const { index, 1: address = '' } of line.matchAll(ADDRESS)) if (address.length === WIDE) return index;
  return undefined;
};

/**
 * Fields in perf's order: comm, pid/tid or tid, [cpu], time, period, event, the rest. `-F` may leave out any of them.
 */
export const headOf = (whole: string): Head | undefined => {
  const line = whole.slice(0, LONGEST);
  const time = TIME.exec(line);
  if (time !== null) {
    const [found, seconds, fraction = ''] = time;
    const back = afterThread(line.slice(time.index + found.length));
    const thread = threadOf(`${line.slice(0, time.index)} `);
    const nanos = nanosOf(fraction, line.slice(0, time.index).includes('\t'));
    return { ...thread, seconds: Number(seconds), nanos, ...back, certain: true };
  }
  const at = threadEnd(line);
  const front = line.slice(0, at);
  const back = afterThread(line.slice(at));
  const { thread, period } = splitPeriod(front);
  const head = { ...thread, seconds: undefined, nanos: 0, ...back, period: back.period ?? period };
  return { ...head, cpu: back.cpu ?? thread.cpu, certain: isCertain(head, line) };
};

/** report_sample.py of old NDKs prints microseconds without leading zeros, and only it separates fields by tabs. */
const nanosOf = (fraction: string, tabs: boolean): number =>
  tabs && fraction.length < 6 ? Number(fraction) * 1000 : Number(fraction.padEnd(9, '0'));

/** Where the fields of the thread end. */
const threadEnd = (line: string): number => {
  const process = PROCESS.exec(line);
  if (process !== null) return process.index + process[0].length;
  const event = EVENT.exec(line);
  if (event !== null) return event.index;
  return addressIn(line) ?? line.length;
};

const BACK = /^\s*(?:\[(\d{1,6})\]\s+)?(?:[KUHGM?EST]{1,5}\s+(?=\d))?(?:(\d{1,18})\s+(?=\S+:(?:\s|$)))?/;

const afterThread = (
  text: string,
): {
  readonly cpu?: number;
  readonly period: number | undefined;
  readonly event: string | undefined;
  readonly rest: string;
} => {
  const [found = '', cpu, period] = BACK.exec(text) ?? [];
  const { event, rest } = eventOf(text.slice(found.length));
  return {
    ...(cpu === undefined ? {} : { cpu: Number(cpu) }),
    period: period === undefined ? undefined : Number(period),
    event,
    rest,
  };
};

/** `comm tid period`: the last of two numbers, or a number after the CPU, is the period. */
const splitPeriod = (front: string): { readonly thread: Thread; readonly period: number | undefined } => {
  const found = /^(.*(?:\s|^)(?:-?\d{1,10}(?:\/-?\d{1,10})?|\[\d{1,6}\]))\s+(\d{1,18})\s*$/s.exec(front);
  if (found === null) return { thread: threadOf(`${front} `), period: undefined };
  return { thread: threadOf(`${found[1] ?? ''} `), period: Number(found[2]) };
};

const isCertain = ({ tid, event, rest }: Omit<Head, 'certain'>, line: string): boolean => {
  if (event?.includes(':') === true && !isModifier(event)) return tid !== undefined || rest.includes('=');
  // perf ends every field with a blank; a sentence ends without one.
  const ends = rest === '' ? /\s$/.test(line) : addressIn(line) !== undefined;
  if (event !== undefined) return tid === undefined ? addressIn(line) !== undefined : ends || isBranch(rest);
  if (PROCESS.test(line)) return ends || isBranch(rest) || /(?:^|\s)\w+=\S/.test(rest);
  return rest !== '' && addressIn(line) !== undefined;
};

/** `cycles:ppp` and `branches:uH` are events with modifiers, not tracepoints. */
export const isModifier = (event = ''): boolean => /:[ukhGHIpPSDWebR]+$/.test(event);

const isBranch = (rest: string): boolean => /^(?:[a-z ]{1,20}\s)?[0-9a-f]{4,16}(?:\s|$)/.test(rest);
