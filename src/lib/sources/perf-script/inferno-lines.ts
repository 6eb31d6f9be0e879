import type { NamedFrame } from '../../stacks/fold-options.ts';
import type { Who } from './perl-lines.ts';

// How inferno-collapse-perf splits lines. Strings are decoded UTF-8.

/** Unicode's White_Space, which Rust trims; JavaScript's trim uses a different set. */
const BLANK = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const START = new RegExp(`^${BLANK}+`);
const isBlank = new RegExp(BLANK);

/** Trims in linear time even if a line is nothing but blanks between words. */
export const trimEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && isBlank.test(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
};
const trim = (text: string): string => trimEnd(text.replace(START, ''));

/**
 * The thread of an event line, and where the rest begins: at the first word of digits (and slashes) that is not the
 * first word.
 */
export const infernoWho = (line: string): (Who & { readonly end: number }) | undefined => {
  let word = 0;
  let digits = false;
  let slash = -1;
  for (let i = 0; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === 32) {
      if (digits && line[i - 1] !== ' ') {
        const ids = slash < 0 ? ['?', line.slice(word, i)] : [line.slice(word, slash), line.slice(slash + 1, i)];
        return { comm: trim(line.slice(0, word - 1)), pid: ids[0] ?? '', tid: ids[1] ?? '', end: i + 1 };
      }
      word = i + 1;
      digits = true;
    } else if (c === 47) {
      if (digits) slash = i;
    } else if (c < 48 || c > 57) {
      digits = false;
      slash = -1;
    }
  }
  return undefined;
};

/** The contents of an event line after the colon of its time. `event` is undefined without a colon. */
export interface InfernoEvent {
  readonly event: string | undefined;
  readonly period: string | undefined;
  /** A stack of one frame on the event line. */
  readonly single: string | undefined;
}

/** `rest` is the line after that colon; undefined if there is none. */
export const infernoEvent = (rest: string | undefined): InfernoEvent => {
  if (rest === undefined) return { event: undefined, period: undefined, single: undefined };
  const colon = rest.indexOf(':');
  const words = colon < 0 ? rest : rest.slice(0, colon);
  const last = words.lastIndexOf(' ');
  const period = last < 0 ? undefined : words.slice(words.lastIndexOf(' ', last - 1) + 1, last);
  const behind = colon < 0 ? '' : rest.slice(colon + 1);
  const single = trim(behind.slice(behind.search(/[: ]/) + 1));
  return {
    event: words.slice(last + 1),
    period: period !== undefined && /^\+?[0-9]+$/.test(period) ? period.replace('+', '') : undefined,
    single: single === '' ? undefined : single,
  };
};

/** Address, function and binary of a stack line: split at blanks; the last word must be in parentheses. */
export const infernoFrame = (text: string): NamedFrame | undefined => {
  const line = trimEnd(text).replace(START, '');
  const first = line.indexOf(' ');
  const rest = line.slice(first + 1);
  const last = rest.lastIndexOf(' ');
  const dso = rest.slice(last + 1);
  if (first < 0 || last < 0 || !dso.startsWith('(') || !dso.endsWith(')')) return undefined;
  const name = trim(rest.slice(0, last));
  return { pc: trimEnd(line.slice(0, first)), name: name === '' ? ' ' : name, dso: dso.slice(1, -1) };
};
