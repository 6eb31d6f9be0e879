import type { Writing } from './learn.ts';

/** What follows the heading of a line. */
export interface EventLine {
  /** The event's name between these offsets, with `prefix` before it. */
  nameFrom: number;
  nameTo: number;
  prefix: '' | 'sys_enter_' | 'sys_exit_';
  /** The rest between these. */
  from: number;
  to: number;
  kind: 'event' | 'function' | 'stack' | 'user stack';
  writing: Writing;
}

export const newEventLine = (): EventLine => ({
  nameFrom: 0,
  nameTo: 0,
  prefix: '',
  from: 0,
  to: 0,
  kind: 'event',
  writing: 'equals',
});

const [SPACE, TAB, COLON, OPEN, CLOSE, LESS] = [32, 9, 58, 40, 41, 60];

/** What a piece of a line says, in few bytes. */
const says = (bytes: Uint8Array, at: number, to: number, text: string): boolean => {
  if (at + text.length > to) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
};

const trimmed = (bytes: Uint8Array, from: number, to: number): number => {
  let end = to;
  while (end > from && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
  return end;
};

const after = (bytes: Uint8Array, at: number, to: number): number => {
  let from = at;
  while (from < to && (bytes[from] === SPACE || bytes[from] === TAB)) from++;
  return from;
};

const nameEnd = (bytes: Uint8Array, from: number, to: number): number => {
  let end = from;
  while (end < to && bytes[end] !== SPACE && bytes[end] !== COLON && bytes[end] !== OPEN) end++;
  return end;
};

const SYSTEM_CALL = 'sys_';

/** `sys_openat(dfd: 0xffffff9c, ...)` and `sys_openat -> 0x3`: kernel/trace/trace_syscalls.c */
const systemCall = (bytes: Uint8Array, to: number, line: EventLine): boolean => {
  if (!says(bytes, line.nameFrom, to, SYSTEM_CALL)) return false;
  const end = line.nameTo;
  const last = trimmed(bytes, end, to);
  if (bytes[end] === OPEN && bytes[last - 1] === CLOSE) {
    line.prefix = 'sys_enter_';
    line.from = end + 1;
    line.to = last - 1;
  } else if (says(bytes, end, to, ' -> ')) {
    line.prefix = 'sys_exit_';
    line.from = end + 4;
    line.to = last;
  } else return false;
  line.nameFrom += SYSTEM_CALL.length;
  line.writing = 'colon';
  return true;
};

/** Reads what stands at `at`; false if it is none of what Ftrace prints there. */
export const readEventLine = (bytes: Uint8Array, at: number, to: number, line: EventLine): boolean => {
  line.prefix = '';
  line.kind = 'event';
  line.writing = 'equals';
  if (bytes[at] === LESS) {
    line.kind = says(bytes, at, to, '<user stack') ? 'user stack' : 'stack';
    return line.kind === 'user stack' || says(bytes, at, to, '<stack trace>');
  }
  const end = nameEnd(bytes, at, to);
  if (end === at) return false;
  line.nameFrom = at;
  line.nameTo = end;
  if (bytes[end] === COLON) {
    line.from = after(bytes, end + 1, to);
    line.to = trimmed(bytes, line.from, to);
    // trace-cmd prints a name before each stack: 'kernel_stack: <stack trace>'.
    if (says(bytes, line.from, to, '<stack trace>')) line.kind = 'stack';
    return true;
  }
  if (systemCall(bytes, to, line)) return true;
  // The tracer `function`: 'schedule <-worker_thread'.
  if (!says(bytes, end, to, ' <-')) return false;
  line.kind = 'function';
  line.from = end + 3;
  line.to = trimmed(bytes, line.from, to);
  return line.to > line.from;
};
