import type { ColumnDoc } from '../../columns/column.ts';
import { digitsInto } from '../formats/digits.ts';
import { afterCommand } from '../formats/pid-stat-bytes.ts';
import type { ReadContent } from '../formats/process-file.ts';
import { defineProcessFile, identity } from '../formats/process-file.ts';
import type { Field, Scale } from '../formats/field.ts';

type Own<Column extends string, Unit extends string> = Field<Column, ColumnDoc & { readonly unit: Unit }>;

const field = <const Column extends string, const Unit extends string>(
  column: Column,
  unit: Unit,
  doc: string,
  more: Pick<Field, 'hot' | 'scale'> & Pick<ColumnDoc, 'counter' | 'ref'> = {},
): Own<Column, Unit> => {
  const { hot, scale, ...rest } = more;
  return { column, doc: { unit, doc, ...rest }, ...(hot ? { hot } : {}), ...(scale ? { scale } : {}) };
};
const hot = { hot: true } as const;
const grows = { hot: true, counter: true } as const;
const ticks = { scale: 'ticks' } as const satisfies { scale: Scale };
const address = <const Column extends string>(column: Column, of: string) =>
  field(column, 'id', `Address of ${of}; 0 or 1 if it is hidden.`);
const mask = <const Column extends string>(column: Column, of: string) =>
  field(column, 'id', `Signals ${of}, the first 31 as bits.`);

/** Fields 3 to 52 of proc(5), in the order of the file; `started` is field 22. Old kernels print fewer fields. */
const numbers = [
  field('ppid', 'id', 'Parent.', { ref: 'pid' }),
  field('pgrp', 'id', 'Process group.'),
  field('session', 'id', 'Session.'),
  field('tty_nr', 'id', 'Controlling terminal, as device number.'),
  field('tpgid', 'id', 'Foreground process group of the terminal; -1 for none.'),
  field('flags', 'id', "The kernel's PF_ flags."),
  field('minflt', 'count', 'Minor page faults (no disk read).', grows),
  field('cminflt', 'count', 'Minor page faults of its children that were waited for.', grows),
  field('majflt', 'count', 'Major page faults (read from a disk).', grows),
  field('cmajflt', 'count', 'Major page faults of its children that were waited for.', grows),
  field('utime', 's', 'CPU time in user mode, all threads.', { ...grows, ...ticks }),
  field('stime', 's', 'CPU time in the kernel, all threads.', { ...grows, ...ticks }),
  field('cutime', 's', 'User time of its children that were waited for.', { ...grows, ...ticks }),
  field('cstime', 's', 'Kernel time of its children that were waited for.', { ...grows, ...ticks }),
  field('priority', 'id', "The scheduler's priority as top shows it."),
  field('nice', 'id', '19 (lowest) to -20 (highest).'),
  field('num_threads', 'count', 'Threads.', hot),
  field('itrealvalue', 'id', '0 since 2.6.17.'),
  identity[1],
  field('vsize', 'B', 'Address space.', hot),
  field('rss', 'B', 'Resident memory; not exact (see smaps_rollup).', { hot: true, scale: 'pages' }),
  field('rsslim', 'B', 'Limit of rss; 2^64 - 1 for none.'),
  address('startcode', 'the first byte of the program'),
  address('endcode', 'the last byte of the program'),
  address('startstack', 'the bottom of the stack'),
  address('kstkesp', 'the stack pointer'),
  address('kstkeip', 'the instruction pointer'),
  mask('signal', 'pending'),
  mask('blocked', 'blocked'),
  mask('sigignore', 'ignored'),
  mask('sigcatch', 'caught'),
  field('wchan', 'id', 'Kernel address where it waits; 0 or 1 if the kernel hides it.', hot),
  field('nswap', 'count', 'Not maintained.'),
  field('cnswap', 'count', 'Not maintained.'),
  field('exit_signal', 'id', 'Signal sent to the parent at exit.'),
  field('processor', 'id', 'CPU that it ran on last.', { hot: true, ref: 'cpu' }),
  field('rt_priority', 'id', 'Real-time priority, 0 for none.'),
  field('policy', 'id', 'Scheduling policy: 0 other, 1 fifo, 2 round robin, 3 batch, 5 idle, 6 deadline.'),
  field('delayacct_blkio_ticks', 's', 'Time waiting for block I/O; needs delay accounting.', { ...grows, ...ticks }),
  field('guest_time', 's', 'CPU time of virtual CPUs.', { ...grows, ...ticks }),
  field('cguest_time', 's', 'CPU time of virtual CPUs of its children.', { ...grows, ...ticks }),
  address('start_data', 'the first byte of data'),
  address('end_data', 'the last byte of data'),
  address('start_brk', 'the heap'),
  address('arg_start', 'the first byte of the command line'),
  address('arg_end', 'the last byte of the command line'),
  address('env_start', 'the first byte of the environment'),
  address('env_end', 'the last byte of the environment'),
  field('exit_code', 'id', 'Exit status in the form of waitpid().'),
];

const fields = [
  field('name', '', 'Name of the program: comm, at most 15 bytes (kernel threads: more).'),
  field(
    'state',
    '',
    'R running or runnable, S sleeping, D uninterruptible sleep, Z zombie, T stopped, t traced, I idle.',
    hot,
  ),
  ...numbers.filter(({ column }) => column !== 'started'),
];

/**
 * Kernel 2.6.0 had 41 fields: a line with fewer than 37 numbers after the state was truncated, unless it ends in a
 * newline (lx zones of illumos).
 */
const FEWEST = 37;
const FEWEST_WHOLE = 19;
const SPACE = 32;
const NEWLINE = 10;

const reader = (): ReadContent => {
  const base = identity.length;
  const slots = numbers.map(({ column }) =>
    column === 'started' ? 1 : base + fields.findIndex((each) => each.column === column),
  );
  return (bytes, into) => {
    const from = bytes.indexOf(40);
    let at = afterCommand(bytes);
    if (from < 0 || at < 0) return 'expected "pid (name) state", got none';
    into.setBytes(base, bytes, from + 1, at - 2);
    into.setBytes(base + 1, bytes, at, at + 1);
    at++;
    let n = 0;
    for (; n < slots.length && bytes[at] === SPACE; n++) {
      const next = digitsInto(bytes, at + 1, slots[n] ?? 0, into);
      if (next < 0) return `expected a number in field ${n + 4}`;
      at = next;
    }
    const ended = at >= bytes.length || bytes[at] === NEWLINE || bytes[at] === SPACE;
    const fewest = bytes[at] === NEWLINE ? FEWEST_WHOLE : FEWEST;
    return n < fewest || !ended ? `expected at least ${fewest + 3} fields, got ${n + 3}: the line was cut` : undefined;
  };
};

/** /proc/PID/stat: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export const pidStat = defineProcessFile({
  name: 'proc.pid.stat',
  doc: 'CPU time, faults, memory and state of each process, under the names of proc(5).',
  from: 'https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html',
  file: 'stat',
  fields,
  reader,
});
