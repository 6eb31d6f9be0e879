import { time, usualUnits } from '../define.ts';
import { systemCall } from '../formats/system-calls.ts';
import { growRows, type RowValues } from '../grow-rows.ts';
import type { Decoder, FileSample, HostUnits, Source, SourceSample } from '../source.ts';
import { type Complaints, newComplaints, quoted } from '../warnings.ts';

const columns = {
  t: time,
  pid: { unit: 'id', key: true, ref: 'pid', doc: 'The process (thread group).' },
  tid: { unit: 'id', key: true, ref: 'tid', doc: 'The thread.' },
  comm: { unit: '', doc: "The thread's name." },
  state: {
    unit: '',
    doc: 'blocked (D, uninterruptible), sleeping (S), stopped (T), traced (t), parked (P) or idle (I, a kernel thread without work).',
  },
  wchan: { unit: '', doc: 'The kernel function in which it waits; absent where the login may not see it.' },
  syscall: {
    unit: '',
    doc: 'The system call in which it waits, by its 64-bit number; absent outside one (a page fault), in the kernel and where the login may not see it.',
  },
  stack: {
    unit: '',
    ref: 'stack',
    doc: 'Its kernel stack, outermost function first, separated by ";", each with the mark "_[k]" (kernel); root only.',
  },
} as const;

const STATES: Readonly<Record<string, string>> = {
  D: 'blocked',
  S: 'sleeping',
  T: 'stopped',
  t: 'traced',
  P: 'parked',
  I: 'idle',
};
/** Runs or is runnable, or has exited. */
const NOT_WAITING = 'RXxZ';
/** PF_KTHREAD in the flags of stat, include/linux/sched.h. */
const KERNEL_THREAD = 0x200000;

/** What is known of a thread; `waits` is undefined while it does not. */
interface Thread {
  readonly pid: number;
  readonly tid: number;
  comm: string;
  waits: string | undefined;
  kernel: boolean;
  wchan: string | undefined;
  syscall: string | undefined;
  stack: string | undefined;
}

const PATH = /^\/proc\/(\d+)\/task\/(\d+)\/(stat|wchan|syscall|stack)$/;
const STAT = /^\d+ \(([\s\S]*)\) ([A-Za-z])(?: -?\d+){5} (\d+)/;
const FRAME = /^\[<[0-9a-f]*>\] ([^\s+]+)/;

const utf8 = new TextDecoder();

/** Frames from the outermost one, with the mark of kernel functions; a last line that was cut is left out. */
const stackOf = (text: string): string | undefined => {
  const lines = text.split('\n').slice(0, -1);
  const frames = lines.flatMap((line) => FRAME.exec(line)?.[1]?.replaceAll(';', ':') ?? []);
  return frames.length === 0
    ? undefined
    : frames
        .reverse()
        .map((frame) => `${frame}_[k]`)
        .join(';');
};

const takeStat = (thread: Thread, text: string): string | undefined => {
  const [, comm, state = '', flags] = STAT.exec(text) ?? [];
  thread.waits = STATES[state];
  if (comm === undefined) return `expected "TID (name) state ...", got ${quoted(text.slice(0, 80))}`;
  thread.comm = comm;
  thread.kernel = (Number(flags) & KERNEL_THREAD) !== 0;
  return thread.waits === undefined && !NOT_WAITING.includes(state)
    ? `expected a state, got ${quoted(state)}`
    : undefined;
};

/** Takes one file of a thread; gives what is wrong with it. */
const takeFile = (thread: Thread, file: string, text: string, arch: string | undefined): string | undefined => {
  if (file === 'stat') return takeStat(thread, text);
  if (file === 'wchan') thread.wchan = /^[A-Za-z_][\w.]*/.exec(text)?.[0];
  else if (file === 'stack') thread.stack = stackOf(text);
  else {
    const number = /^\d+(?=\s)/.exec(text)?.[0];
    thread.syscall = number === undefined ? undefined : systemCall(Number(number), arch);
  }
  return undefined;
};

type Threads = Map<string, Thread>;

const leave = (threads: Threads, gone: string): void => {
  if (gone.includes('/task/')) threads.delete(gone.replace(/[^/]*$/, ''));
  else for (const path of threads.keys()) if (path.startsWith(gone)) threads.delete(path);
};

const take = (threads: Threads, { path, bytes }: FileSample, arch: string | undefined): string | undefined => {
  const [, pid, tid, file] = PATH.exec(path) ?? [];
  if (file === undefined) return `expected a path like /proc/1/task/1/stat, got ${quoted(path)}`;
  if (bytes === undefined) return undefined;
  const key = path.slice(0, -file.length);
  let thread = threads.get(key);
  const none = { comm: '', waits: undefined, kernel: false, wchan: undefined, syscall: undefined, stack: undefined };
  if (thread === undefined) threads.set(key, (thread = { pid: Number(pid), tid: Number(tid), ...none }));
  return takeFile(thread, file, utf8.decode(bytes), arch);
};

const rowOf = ({ pid, tid, comm, waits, kernel, wchan, syscall, stack }: Thread): RowValues => ({
  pid,
  tid,
  comm,
  wchan,
  stack,
  state: waits,
  syscall: kernel ? undefined : syscall,
});

const update = (threads: Threads, sample: SourceSample, complaints: Complaints, arch: string | undefined): void => {
  if (sample.whole) threads.clear();
  for (const gone of sample.gone) leave(threads, gone);
  for (const file of sample.files) {
    const wrong = take(threads, file, arch);
    if (wrong !== undefined) complaints.add(sample.t, `/proc/PID/task/TID: ${wrong}`);
  }
};

const decoderOf = ({ arch }: HostUnits): Decoder => {
  const threads: Threads = new Map();
  const complaints = newComplaints('proc.pid.task');
  const rows = growRows(columns, () => undefined);
  return {
    add(sample) {
      update(threads, sample, complaints, arch);
      for (const thread of threads.values()) if (thread.waits !== undefined) rows.push(rowOf(thread), sample.t);
    },
    table: () => ({ table: rows.table(), warnings: complaints.warnings() }),
  };
};

/**
 * /proc/PID/task/TID/{stat,wchan,syscall,stack}: https://man7.org/linux/man-pages/man5/proc_pid_task.5.html. A row for each
 * thread that waits, in each sample.
 */
export const pidTask: Source<'proc.pid.task', typeof columns> = {
  name: 'proc.pid.task',
  doc: 'What each thread waits for: state, kernel function, system call and kernel stack. A row per waiting thread and sample.',
  from: 'https://man7.org/linux/man-pages/man5/proc_pid_wchan.5.html',
  recipe: {
    read: ['stat', 'wchan', 'syscall', 'stack'].map((file) => `/proc/[0-9]*/task/[0-9]*/${file}`),
    perProcess: true,
    perThread: true,
    hz: 5,
  },
  columns,
  decoder: (host = usualUnits) => decoderOf(host),
};
