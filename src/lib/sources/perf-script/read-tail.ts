import type { NamedFrame } from '../../stacks/fold-options.ts';

/**
 * The text after an event's name: tools/perf/builtin-script.c prints flags, address, binary and the rest in this order.
 */
export interface TailText {
  /** Kind of a branch: 'call', 'jcc', 'tr strt' ... */
  readonly flags: string | undefined;
  /** Where the sample was taken; for a branch, its source. */
  readonly frame: NamedFrame | undefined;
  /** The target of a branch, or the data address of a memory sample. */
  readonly target: NamedFrame | undefined;
  /** The rest, as printed: fields of a tracepoint, weights, registers, branch stacks. */
  readonly detail: string | undefined;
}

const NOTHING: TailText = { flags: undefined, frame: undefined, target: undefined, detail: undefined };
const LONGEST = 65_536;

/** Names of branches in tools/perf/util/event.h; `(x)` is a transaction, `(D)` and `(t)` are interrupts. */
const WORD =
  '(?:tr|strt|end|call|return|jcc|jmp|int|iret|syscall|sysret|async|hw|tx|abrt|vmentry|vmexit|br|miss|not|taken)';
const FLAGS = new RegExp(String.raw`^(${WORD}(?:[ /,]+${WORD})*(?: *\([xDt]+\))?)\s+`);
/** +callindent prints the function before the address. */
const INDENTED = /^\S{1,512}\s+(?=[0-9a-f]{1,16}(?:\s|$))/;
/** An address, with its function and binary if perf printed them; the path of a binary may end in ` (deleted)`. */
const NAMED = /^([0-9a-f]{1,16}) +(\S.*?) \(([/[](?:[^()]| \(deleted\))*|[^()\s]*)\)(?=\s|$)/;
const BARE = /^([0-9a-f]{1,16})(?: (\S+(?: \S+)*))?(?=\s|$)/;

/** Splits a tail. The fields of a tracepoint come first and are never addresses. */
export const tailOf = (rest: string, isTracepoint: boolean): TailText => {
  const text = rest.trim();
  if (text === '') return NOTHING;
  if (text.length > LONGEST || isTracepoint) return { ...NOTHING, detail: text.slice(0, LONGEST) };
  const flags = FLAGS.exec(text);
  let left = flags === null ? text : text.slice(flags[0].length);
  if (flags !== null && !/^[0-9a-f]{1,16}(?:\s|$)/.test(left)) left = left.replace(INDENTED, '');
  const arrow = left.indexOf(' => ');
  const first = takeFrame(arrow < 0 ? left : left.slice(0, arrow));
  if (first === undefined) return { ...NOTHING, detail: text };
  if (arrow >= 0) {
    const target = takeFrame(left.slice(arrow + 4).trimStart());
    return { flags: flags?.[1], frame: first.frame, target: target?.frame, detail: said(target?.rest) };
  }
  const second = takeFrame(first.rest);
  // An address without a function is followed by the instruction's address: 0 if the sample has none.
  if (second !== undefined && (second.named || !first.named))
    return { flags: flags?.[1], frame: second.frame, target: first.frame, detail: said(second.rest) };
  return { flags: flags?.[1], frame: first.frame, target: undefined, detail: said(first.rest) };
};

const said = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : trimmed;
};

interface Taken {
  readonly frame: NamedFrame;
  readonly named: boolean;
  readonly rest: string;
}

const takeFrame = (text: string): Taken | undefined => {
  const named = NAMED.exec(text);
  if (named !== null) {
    const [whole, pc = '', name = '', dso = ''] = named;
    return { frame: frame(pc, name, dso), named: true, rest: text.slice(whole.length).trimStart() };
  }
  const bare = BARE.exec(text);
  if (bare === null) return undefined;
  const [whole, pc = '', name = ''] = bare;
  // Words of a text can look like short hexadecimal numbers.
  if (pc.length < 4 && pc !== '0') return undefined;
  return { frame: frame(pc, name, ''), named: name !== '', rest: text.slice(whole.length).trimStart() };
};

const frame = (pc: string, name: string, dso: string): NamedFrame => {
  const plain = name.trim().replace(/\+0x[0-9a-f]+$/, '');
  return { pc, name: plain === '' ? '[unknown]' : plain, dso };
};
