import { scan } from './tokens.ts';
import type { Token } from './tokens.ts';

/** A place where only the user process can offer values: a pid, a device, a unit of the connected host. */
export interface LivePosition {
  /** The name of the option whose value is wanted. */
  readonly kind: string;
  /** The text typed so far, up to the cursor. */
  readonly prefix: string;
  /** Offset of the text that a match replaces, without quotation marks. */
  readonly start: number;
  readonly end: number;
  /** True when the cursor is inside quotation marks. */
  readonly quoted: boolean;
}

/** Options of the library whose values exist only on the host (Selection and Place of its API). */
const KINDS = new Set([
  'pid',
  'tid',
  'name',
  'unit',
  'cgroup',
  'container',
  'pod',
  'netns',
  'device',
  'interface',
  'peer',
  'port',
  'gpu',
  'cpu',
  'path',
]);

/** Finds `{ pid: |`, `{ name: '|'`, `{ pid: [1, |` and `.find('|'` by the tokens before the cursor, inside a call. */
export const livePosition = (source: string, cursor: number): LivePosition | undefined => {
  const { tokens } = scan(source);
  const at = tokens.findLastIndex(({ start, kind }) => start < cursor && kind !== 'comment');
  const current = tokens[at];
  if (!current) return undefined;
  const inside =
    current.end > cursor || (current.end === cursor && /^(word|number)$/.test(current.kind)) || isOpenString(current);
  const valued = inside && /^(string|number|word)$/.test(current.kind);
  const before = valued ? at - 1 : at;
  const kind =
    optionAt(tokens, before) ?? (valued && current.kind === 'string' ? findArgument(tokens, before) : undefined);
  if (kind === undefined) return undefined;
  const quoted = valued && current.kind === 'string';
  const start = valued ? current.start + (quoted ? 1 : 0) : cursor;
  const end = valued ? current.end - (quoted && !isOpenString(current) ? 1 : 0) : cursor;
  return { kind, prefix: source.slice(start, Math.max(start, cursor)), start, end: Math.max(end, start), quoted };
};

const isOpenString = ({ kind, text }: Token): boolean =>
  kind === 'string' && (text.length < 2 || !text.endsWith(text[0] ?? ''));

/** The option's name in `{ name:` or `{ name: [a,` inside the arguments of a call. */
const optionAt = (tokens: readonly Token[], from: number): string | undefined => {
  let at = from;
  while (
    at > 0 &&
    /^[,[]$/.test(tokens[at]?.text ?? '') &&
    /^(number|string)$|^punctuation$/.test(tokens[at - 1]?.kind ?? '')
  ) {
    if (tokens[at]?.text === '[') {
      at--;
      break;
    }
    at -= tokens[at - 1]?.text === '[' ? 1 : 2;
  }
  const name = tokens[at - 1];
  if (tokens[at]?.text !== ':' || name?.kind !== 'word' || !KINDS.has(name.text)) return undefined;
  return inCall(tokens, at) ? name.text : undefined;
};

/** Whether a token is inside the brackets of a call. */
const inCall = (tokens: readonly Token[], from: number): boolean => {
  let depth = tokens[from]?.depth ?? 0;
  for (let at = from; at > 0; at--) {
    const token = tokens[at];
    if (!token || token.depth >= depth) continue;
    depth = token.depth;
    if (token.text === '(' && tokens[at - 1]?.kind === 'word') return true;
  }
  return false;
};

/** `host.find('|')` looks for a process by name. */
const findArgument = (tokens: readonly Token[], at: number): string | undefined =>
  tokens[at]?.text === '(' && tokens[at - 1]?.text === 'find' && tokens[at - 2]?.text === '.' ? 'name' : undefined;
