import { KERNEL } from '../../stacks/profile.ts';
import { cutStack } from './stack-text.ts';
import { frameOf } from './stacks.ts';

/** The expression of a kernel or a user stack. */
const STACK = /\b[ku]stack\b/;
const isKernel = (expression: string): boolean => /\bkstack\b/.test(expression);

/** Builtins and functions whose values are texts, which may hold commas. */
const TEXTS =
  /\b(?:comm|username|func|probe|str|kstr|path|buf|ksym|usym|kaddr|cgroup_path|strftime|ntop|macaddr|join|strerror)\b/;

/** The mode perf prints an address before the name of a user function: `12f2083 main+3 (/usr/bin/x)`. */
const ADDRESS = /^[0-9a-f]{1,16} (?=.*\)$)/;

/** The frames of a printed stack, outermost first, separated by ";"; kernel frames are marked as flame graphs do. */
export const stackOf = (text: string, kernel: boolean): string =>
  text
    .split('\n')
    .flatMap((line) => {
      if (line.trim() === '') return [];
      const { name, flags } = frameOf(line.trim().replace(ADDRESS, ''));
      const isMarked = name !== '[unknown]' && (kernel || (flags & KERNEL) !== 0);
      return [`${name.replaceAll(';', ':')}${isMarked ? '_[k]' : ''}`];
    })
    .reverse()
    .join(';');

/** A printed key, cut into the parts that the program's text says it has. */
export interface CutKey {
  readonly parts: readonly string[];
  /** User frames below kernel frames; undefined if no part is a stack. */
  readonly stack: string | undefined;
  /** Whether more commas were there than the program has parts, so that a part may be in a wrong place. */
  readonly isOdd: boolean;
}

/** Joins the pieces between commas to as many parts as are wanted: a text may hold commas, a number does not. */
const fitted = (pieces: readonly string[], expressions: readonly string[]): readonly string[] => {
  const more = pieces.length - expressions.length;
  if (more <= 0) return pieces;
  const text = expressions.findIndex((each) => TEXTS.test(each) || /^"/.test(each));
  const at = text < 0 ? expressions.length - 1 : text;
  return [...pieces.slice(0, at), pieces.slice(at, at + more + 1).join(','), ...pieces.slice(at + more + 1)];
};

/** Cuts a key as `-f json` prints it: parts between commas, a stack as lines that begin with a newline. */
export const cutKey = (key: string, expressions: readonly string[]): CutKey => {
  if (expressions.length === 1 && !key.startsWith('\n') && !STACK.test(expressions[0] ?? ''))
    return { parts: [key], stack: undefined, isOdd: false };
  const parts: string[] = [];
  const stacks: { readonly kernel: boolean; readonly text: string }[] = [];
  let rest = key;
  let isOdd = false;
  // Between two stacks, and behind the last one, stand parts that commas separate.
  for (let from = 0; from < expressions.length;) {
    const expression = expressions[from] ?? '';
    if (STACK.test(expression) || rest.startsWith('\n')) {
      const kernel = isKernel(expression) || (!STACK.test(expression) && stacks.length === 0);
      const cut = cutStack(rest);
      stacks.push({ kernel, text: stackOf(cut.stack, kernel) });
      rest = cut.rest;
      from++;
      continue;
    }
    const next = expressions.findIndex((each, i) => i > from && STACK.test(each));
    const plain = expressions.slice(from, next < 0 ? undefined : next);
    const end = next < 0 ? -1 : rest.indexOf(',\n');
    const text = end < 0 ? rest : rest.slice(0, end);
    const pieces = text.split(',');
    isOdd ||= pieces.length > plain.length;
    parts.push(...fitted(pieces, plain));
    rest = end < 0 ? '' : rest.slice(end + 1);
    from += plain.length;
  }
  const ordered = [...stacks.filter(({ kernel }) => !kernel), ...stacks.filter(({ kernel }) => kernel)];
  const stack = ordered.flatMap(({ text }) => (text === '' ? [] : [text])).join(';');
  return { parts, stack: stacks.length === 0 ? undefined : stack, isOdd };
};

/** The expressions of a key that are not stacks. */
export const plainKeys = (expressions: readonly string[]): readonly string[] =>
  expressions.filter((each) => !STACK.test(each));
