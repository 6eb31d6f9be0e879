import { INLINED, JIT, KERNEL, UNKNOWN } from '../../stacks/profile.ts';
import type { NamedFrame } from '../../stacks/fold-options.ts';

// What lines of `perf script` mean, for columns: tools/perf/builtin-script.c (perf_sample__fprintf_start) and
// tools/perf/util/evsel_fprintf.c (sample__fprintf_callchain) write them. Fields may be missing, as `-F` says.

/** The text before an event line's time (and before `[cpu]` where that follows): comm, pid/tid or tid, more fields. */
export interface Thread {
  readonly comm: string | undefined;
  readonly pid: number | undefined;
  readonly tid: number | undefined;
  readonly cpu: number | undefined;
}

const IDS = /^(-?[0-9]{1,10})(?:\/(-?[0-9]{1,10}))?$/;
const FLAGS = /\s\[([0-9]{1,6})\]\s+(?:\S+\s*)?$/;

/** A comm may hold anything: the last word of digits before the cpu or the time is the thread, or process/thread. */
export const threadOf = (head: string): Thread => {
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

/** The text after the period: the event's name and what stands behind its colon. */
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

/** An event line without a time: `comm pid/tid [cpu] period event: rest`, fields missing as `-F` says. */
export const untimed = (line: string): (Thread & EventText & { readonly period: number | undefined }) | undefined => {
  const found = /^(.*?\S)??\s*(?:\[([0-9]{1,6})\]\s+)?(?:([0-9]{1,18})\s+)?(\S+:)(?:\s+(.*))?$/s.exec(
    line.slice(0, 512),
  );
  if (found === null) return undefined;
  const [, head = '', cpu, period, event = '', rest = ''] = found;
  const thread = threadOf(head);
  if (thread.tid === undefined && period !== undefined && cpu === undefined && head !== '') {
    return { ...thread, comm: head, tid: Number(period), event: event.slice(0, -1), rest, period: undefined };
  }
  if (thread.tid === undefined && thread.comm === undefined) return undefined;
  return {
    ...thread,
    cpu: cpu === undefined ? thread.cpu : Number(cpu),
    period: period === undefined ? undefined : Number(period),
    event: event.slice(0, -1),
    rest,
  };
};

const ADDRESS = /^[0-9a-f]{1,16}$/;

/** A stack line in any shape: binaries with blanks, no binary, no offset. undefined for source lines and other text. */
export const frameOf = (line: string): NamedFrame | undefined => {
  const text = line.trim();
  const space = text.indexOf(' ');
  const pc = space < 0 ? text : text.slice(0, space);
  if (!ADDRESS.test(pc)) return undefined;
  const body = space < 0 ? '' : text.slice(space + 1).trim();
  const open = body.endsWith(')') ? openOf(body) : -1;
  const name = (open < 0 ? body : body.slice(0, open)).trim().replace(/\+0x[0-9a-f]+$/, '');
  return { pc, name: name === '' ? '[unknown]' : name, dso: open < 0 ? '' : body.slice(open + 1, -1) };
};

/** Where the parenthesis around the binary opens: paths and bracketed names may hold blanks and parentheses. */
const openOf = (body: string): number => {
  const path = Math.max(body.lastIndexOf(' (/'), body.lastIndexOf(' (['));
  const at = path < 0 ? body.lastIndexOf(' (') : path;
  if (at >= 0) return at + 1;
  return body.startsWith('(') ? 0 : -1;
};

/** One frame on the event line itself, or the source of a branch: `7f12 name+0x1 (dso)`, `jcc 7f12 name (dso) => ...`. */
export const frameIn = (rest: string): NamedFrame | undefined => {
  const arrow = rest.indexOf(' => ');
  const words = (arrow < 0 ? rest : rest.slice(0, arrow)).trim();
  if (words.length > 65_536 || !words.endsWith(')')) return undefined;
  const at = words.search(/(?<=^|\s)[0-9a-f]{1,16} \S/);
  return at < 0 || at > 64 ? undefined : frameOf(words.slice(at));
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

/** The flags of a frame by what its tool says of it. */
export const flagsOf = (name: string, dso: string): number => {
  const unknown = name === '[unknown]' ? UNKNOWN : 0;
  if (dso === 'inlined') return INLINED | unknown;
  if (/\/perf-[0-9]+\.map$|\/jitted-[^/]*\.so$/.test(dso)) return JIT | unknown;
  const kernel = (dso.startsWith('[') && !NOT_KERNEL.has(dso)) || /\.ko(?:\.[gx]z|\.zst)?$|\/vmlinux[^/]*$/.test(dso);
  return (kernel ? KERNEL : 0) | unknown;
};
