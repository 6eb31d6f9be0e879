import { INLINED, JIT, KERNEL, UNKNOWN } from '../../stacks/profile.ts';
import type { NamedFrame } from '../../stacks/fold-options.ts';

// Parses lines of `perf script` into columns. perf prints them in tools/perf/builtin-script.c
// (perf_sample__fprintf_start) and tools/perf/util/evsel_fprintf.c (sample__fprintf_callchain). `-F` may leave out
// fields.

/**
 * The text before an event line's time (and before `[cpu]`, if it precedes the time): comm, pid/tid or tid, more
 * fields.
 */
export interface Thread {
  readonly comm: string | undefined;
  readonly pid: number | undefined;
  readonly tid: number | undefined;
  readonly cpu: number | undefined;
}

const IDS = /^(-?[0-9]{1,10})(?:\/(-?[0-9]{1,10}))?$/;
const FLAGS = /\s\[([0-9]{1,6})\]\s+(?:\S+\s*)?$/;

/** The wall clock of -F +tod. */
const CLOCK = /\s\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,9}\s*$/;
/** The context flags of -F +misc after a thread without a CPU. */
const MISC = /(?<=\s-?\d{1,10}(?:\/-?\d{1,10})?)\s+[KUHGM?EST]{1,6}\s*$/;
/** The guest of a sample: -F +machine_pid,vcpu. */
const GUEST = /^VM: *-?\d{1,10} +(?:VCPU:\d{1,10} +)?/;

/** A comm may contain anything: the last word of digits before the cpu or time is the thread, or process/thread. */
export const threadOf = (whole: string): Thread => {
  const tail = whole.slice(-80);
  const clock = CLOCK.exec(tail) ?? MISC.exec(tail);
  const head = (clock === null ? whole : `${whole.slice(0, whole.length - clock[0].length)} `).replace(GUEST, '');
  const flags = FLAGS.exec(head.slice(-80));
  const cpu = flags === null ? undefined : Number(flags[1]);
  const before = (flags === null ? head : head.slice(0, head.length - flags[0].length)).trim();
  const last = Math.max(before.lastIndexOf(' '), before.lastIndexOf('\t'));
  const found = IDS.exec(before.slice(last + 1));
  if (found === null) return { comm: before === '' ? undefined : before, pid: undefined, tid: undefined, cpu };
  const [, first, second] = found;
  return {
    comm: last < 0 ? undefined : before.slice(0, last).trim(),
    pid: second === undefined ? undefined : Number(first),
    tid: Number(second ?? first),
    cpu,
  };
};

/** The text after the period: the event's name and the text after its colon. */
export interface EventText {
  readonly event: string | undefined;
  readonly rest: string;
}

export const eventOf = (tail: string): EventText => {
  const text = tail.trim();
  const space = text.search(/\s/);
  const word = space < 0 ? text : text.slice(0, space);
  if (!word.endsWith(':') || word.length < 2) return { event: undefined, rest: text };
  return { event: word.slice(0, -1), rest: space < 0 ? '' : text.slice(space).trim() };
};

const ADDRESS = /^[0-9a-f]{1,16}$/;

/** A stack line of any form: binaries with blanks, no binary, no offset. Undefined for source lines and other text. */
export const frameOf = (line: string): NamedFrame | undefined => {
  const text = line.trim();
  const space = text.search(/[ \t]/);
  const pc = space < 0 ? text : text.slice(0, space);
  if (!ADDRESS.test(pc)) return undefined;
  const body = space < 0 ? '' : text.slice(space + 1).trim();
  const open = body.endsWith(')') ? openOf(body) : -1;
  const name = (open < 0 ? body : body.slice(0, open)).trim().replace(/\+0x[0-9a-f]+$/, '');
  return { pc, name: name === '' ? '[unknown]' : name, dso: open < 0 ? '' : body.slice(open + 1, -1) };
};

/** Where the parenthesis before the binary opens: paths and bracketed names may contain blanks and parentheses. */
const openOf = (body: string): number => {
  const path = Math.max(body.lastIndexOf(' (/'), body.lastIndexOf(' (['));
  const at = path < 0 ? body.lastIndexOf(' (') : path;
  if (at >= 0) return at + 1;
  return body.startsWith('(') ? 0 : -1;
};

/** Whether a line below an event is a frame: an address after blanks, or before a tab (simpleperf). */
export const isStackLine = (line: string): boolean => {
  const found = /^(\s*)([0-9a-f]{1,16})(\s|$)(.*)$/s.exec(line.slice(0, 256));
  if (found === null) return false;
  const [, blanks = '', , after, rest = ''] = found;
  if (after === '\t' || blanks.startsWith('\t')) return true;
  // A thread id before an address is not an address.
  return blanks !== '' && !/^ *[0-9a-f]{8,16}(?:\s|$)/.test(rest);
};

const NOT_KERNEL = new Set([
  '[unknown]',
  '[vdso]',
  '[vsyscall]',
  '[heap]',
  '[stack]',
  '[anon]',
  '[uprobes]',
  '[inlined]',
]);

/** The flags of a frame, from its name and binary. */
export const flagsOf = (name: string, dso: string): number => {
  const unknown = name === '[unknown]' ? UNKNOWN : 0;
  if (dso === 'inlined') return INLINED | unknown;
  if (/\/perf-[0-9]+\.map$|\/jitted-[^/]*\.so$/.test(dso)) return JIT | unknown;
  const kernel = (dso.startsWith('[') && !NOT_KERNEL.has(dso)) || /\.ko(?:\.[gx]z|\.zst)?$|\/vmlinux[^/]*$/.test(dso);
  return (kernel ? KERNEL : 0) | unknown;
};
