import { PLACEHOLDER, type Read } from './texts.ts';

/** A call that a text recommends, as code. */
export interface Call {
  readonly where: string;
  readonly code: string;
}

const VERBS =
  'filter|derive|groupby|select|orderby|slice|rows|rate|sum|mean|min|max|quantile|windows|during|outside|joinTime|line|bar|heatmap|flamegraph|show|explain|arquero|write';
const HOST = 'ask|find|check|plan|audit|close';
const ENTRIES = 'connect|openProfile|openAnswer|live|sixtySeconds|compare|onProgress';

/**
 * Where a call may begin: at one of our functions, at a host's method, or at a verb with or without an answer before
 * it.
 */
const BEGIN = new RegExp(
  `(?<![\\w$.'"])(?:\\(?await\\s+)?(?:(?:${ENTRIES})(?:<[^>(]*>)?\\(|[\\w$]+(?:\\.[\\w$]+)*\\.(?:${HOST}|${VERBS})\\(|\\.?(?:${VERBS})\\()`,
  'g',
);

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The index after the string that begins at `at`, or after the bracket opened there; -1 if it is not closed. */
const behind = (text: string, at: number): number => {
  const first = text[at] ?? '';
  if (`'"\``.includes(first)) {
    const end = text.indexOf(first, at + 1);
    return end < 0 ? -1 : end + 1;
  }
  const close = CLOSING[first];
  for (let i = at + 1; i < text.length;) {
    const char = text[i] ?? '';
    if (char === close) return i + 1;
    if (`'"\`([{`.includes(char)) {
      const next = behind(text, i);
      if (next < 0) return -1;
      i = next;
    } else if (')]}'.includes(char)) return -1;
    else i++;
  }
  return -1;
};

/** The whole call that begins at `at`, to the end of its chain of `.verb(...)`. */
const callAt = (text: string, at: number, length: number): string | undefined => {
  let end = behind(text, at + length - 1);
  if (end < 0) return undefined;
  if (text.startsWith('(await', at)) {
    if (text[end] !== ')') return text.slice(at + 1, end);
    end++;
  }
  for (
    let more = /^(?:\??\.[A-Za-z_$][\w$]*|\[\d+\])/.exec(text.slice(end));
    more;
    more = /^(?:\??\.[A-Za-z_$][\w$]*|\[\d+\])/.exec(text.slice(end))
  ) {
    end += more[0].length;
    if (text[end] !== '(') continue;
    const next = behind(text, end);
    if (next < 0) return undefined;
    end = next;
  }
  return text.slice(at, end);
};

/** `(...)` is a placeholder for what the reader fills in. */
const LEFT_OUT = /\(\.\.\.\)/g;

/** A placeholder in quotes is a text that is known only when the message is made. */
const readable = (code: string): string =>
  code.replace(new RegExp(`'[^']*${PLACEHOLDER}[^']*'|"[^"]*${PLACEHOLDER}[^"]*"`, 'g'), PLACEHOLDER);

/** Calls of other languages and libraries with the same names. */
const FOREIGN = /^(?:Math|process|Array|Object|Promise|Date|JSON|console|pandas|polars|op|fs|child|path|Number)\./;

/**
 * Whether code is only a verb's name in prose, such as `sum()` or `count()`; methods of a host may be called without
 * arguments.
 */
const isName = (code: string): boolean => /^\.?\w+\((?:\.\.\.)?\)$/.test(code);

/** All calls that a text recommends. */
export const callsIn = ({ where, text, kind }: Read): readonly Call[] => {
  if (kind === 'code') return [{ where, code: text }];
  const calls: Call[] = [];
  let past = 0;
  for (const { 0: begin, index } of text.matchAll(BEGIN)) {
    if (index < past) continue;
    const code = callAt(text, index, begin.length);
    if (code === undefined || FOREIGN.test(code)) continue;
    past = index + code.length;
    if (!isName(code)) calls.push({ where, code: readable(code.replace(LEFT_OUT, `(${PLACEHOLDER})`)) });
  }
  return calls;
};
