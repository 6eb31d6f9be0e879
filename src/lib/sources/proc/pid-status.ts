import type { ColumnDoc } from '../../columns/column.ts';
import { digitsInto } from '../formats/digits.ts';
import { identifier } from '../formats/identifier.ts';
import type { Line } from '../formats/named-lines.ts';
import { namedLines, putNumber, putText } from '../formats/named-lines.ts';
import { defineProcessFile } from '../formats/process-file.ts';
import type { Versions } from '../formats/versions.ts';

type Kind = 'text' | 'number' | 'kB' | 'changing kB' | 'changing number' | 'counter';
const UNITS = {
  text: '',
  number: 'count',
  kB: 'B',
  'changing kB': 'B',
  'changing number': 'count',
  counter: 'count',
} as const;
type Unit<K extends Kind> = K extends 'number' ? 'count' | 'id' : (typeof UNITS)[K];

const line = <const Name extends string, const K extends Kind>(
  name: Name,
  kind: K,
  doc: string,
  unit: Unit<K> = UNITS[kind] as Unit<K>,
) => {
  const column: ColumnDoc & { readonly unit: Unit<K> } = {
    unit,
    doc,
    ...(kind === 'counter' ? { counter: true } : {}),
  };
  return {
    name,
    field: {
      column: name,
      doc: column,
      ...(kind.startsWith('changing') || kind === 'counter' ? { hot: true } : {}),
      ...(kind.endsWith('kB') ? { scale: 'kB' } : {}),
    },
    put: kind === 'text' ? putText : putNumber,
  } satisfies Line;
};

/** The state's letter; the word after it repeats it. */
const putLetter: Line['put'] = (bytes, from, to, slot, into) =>
  putText(bytes, from, Math.min(from + 1, to), slot, into);

/** Real, effective, saved and file-system id: four columns. */
const putIds =
  (columns: readonly string[]): Line['put'] =>
  (bytes, from, to, _slot, into: Versions) => {
    let at = from;
    for (const column of columns) {
      const end = digitsInto(bytes, at, into.slot(column) ?? 0, into);
      if (end < 0 || end > to) return false;
      at = end + 1;
    }
    return at > to;
  };

const ids = <const Name extends 'Uid' | 'Gid'>(name: Name, of: string) => {
  const column = <const Column extends string>(named: Column, kind: string) =>
    line(named, 'number', `${kind} ${of}.`, 'id');
  const fields = [
    column(name, 'Real'),
    column(`${name}Effective`, 'Effective'),
    column(`${name}Saved`, 'Saved'),
    column(`${name}Filesystem`, 'File-system'),
  ];
  const put = putIds(fields.map(({ name: each }) => each));
  // The line has the name of the first column; those of the others begin with a blank, as no line does.
  return fields.map((each, i) => ({ ...each, name: i === 0 ? each.name : ` ${each.name}`, put }));
};

const lines = [
  line('Name', 'text', 'Name of the program; the kernel prints newline and backslash as \\n and \\\\.'),
  line('Umask', 'text', 'File mode creation mask, octal.'),
  {
    ...line(
      'State',
      'text',
      'R running or runnable, S sleeping, D uninterruptible sleep, Z zombie, T stopped, t traced, I idle.',
    ),
    put: putLetter,
  },
  line('Tgid', 'number', 'Process (thread group) of the thread.', 'id'),
  line('Ngid', 'number', 'NUMA group.', 'id'),
  line('Pid', 'number', 'Thread id.', 'id'),
  line('PPid', 'number', 'Parent.', 'id'),
  line('TracerPid', 'number', 'Process that traces it; 0: none.', 'id'),
  ...ids('Uid', 'user id'),
  ...ids('Gid', 'group id'),
  line('FDSize', 'changing number', 'Allocated file descriptor slots.'),
  line('Groups', 'text', 'Supplementary groups.'),
  ...(['NStgid', 'NSpid', 'NSpgid', 'NSsid'] as const).map((name) =>
    line(name, 'text', `${name.slice(2)} in each PID namespace.`),
  ),
  line('Kthread', 'number', '1: a kernel thread.'),
  line('VmPeak', 'changing kB', 'Peak size of the address space.'),
  line('VmSize', 'changing kB', 'Address space.'),
  line('VmLck', 'kB', 'Locked memory.'),
  line('VmPin', 'kB', 'Pinned memory.'),
  line('VmHWM', 'changing kB', 'Peak resident memory.'),
  line('VmRSS', 'changing kB', 'Resident memory: RssAnon + RssFile + RssShmem.'),
  line('RssAnon', 'changing kB', 'Resident anonymous memory.'),
  line('RssFile', 'changing kB', 'Resident mapped files.'),
  line('RssShmem', 'changing kB', 'Resident shared memory.'),
  line('VmData', 'changing kB', 'Private data.'),
  line('VmStk', 'kB', 'Stack.'),
  line('VmExe', 'kB', 'Program.'),
  line('VmLib', 'kB', 'Libraries.'),
  line('VmPTE', 'changing kB', 'Page tables.'),
  line('VmPMD', 'kB', 'Second-level page tables (4.0 to 4.14).'),
  line('VmSwap', 'changing kB', 'Swapped out.'),
  line('HugetlbPages', 'kB', 'Huge pages in use.'),
  line('CoreDumping', 'number', '1: its core is being dumped.'),
  line('THP_enabled', 'number', '1: transparent huge pages are allowed for it.'),
  line('untag_mask', 'text', 'Mask of untagged addresses.'),
  line('Threads', 'changing number', 'Threads.'),
  line('SigQ', 'text', 'Signals queued, and the limit.'),
  ...(['SigPnd', 'ShdPnd', 'SigBlk', 'SigIgn', 'SigCgt'] as const).map((name) =>
    line(name, 'text', 'Signals, as a mask.'),
  ),
  ...(['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'] as const).map((name) =>
    line(name, 'text', 'Capabilities, as a mask.'),
  ),
  line('NoNewPrivs', 'number', '1: it cannot gain privileges.'),
  line('Seccomp', 'number', '0 off, 1 strict, 2 filter.'),
  line('Seccomp_filters', 'number', 'Seccomp filters.'),
  line('Speculation_Store_Bypass', 'text', 'Mitigation of CVE-2018-3639.'),
  line('SpeculationIndirectBranch', 'text', 'Mitigation of indirect branch speculation.'),
  line('Cpus_allowed', 'text', 'CPUs that it may use, as a mask.'),
  line('Cpus_allowed_list', 'text', 'CPUs that it may use, as a list.'),
  line('Mems_allowed', 'text', 'NUMA nodes that it may use, as a mask.'),
  line('Mems_allowed_list', 'text', 'NUMA nodes that it may use, as a list.'),
  line('voluntary_ctxt_switches', 'counter', 'Voluntary context switches of the main thread: it blocked.'),
  line('nonvoluntary_ctxt_switches', 'counter', 'Involuntary context switches of the main thread: it was preempted.'),
  line('x86_Thread_features', 'text', 'Shadow stack features in use.'),
  line('x86_Thread_features_locked', 'text', 'Locked shadow stack features.'),
];

const NUMBER = /^\d+( kB)?$/;

/** A line of a newer kernel: a number if it looks like one. */
const unknown = (name: string, value: string): Line => {
  const kind = !NUMBER.test(value) ? 'text' : value.endsWith('kB') ? 'changing kB' : 'changing number';
  const { field, ...rest } = line(name, kind, `${name} of /proc/PID/status; not known to this version.`);
  return { ...rest, field: { ...field, column: identifier(name) } };
};

/** /proc/PID/status: https://docs.kernel.org/filesystems/proc.html (table 1-2) */
export const pidStatus = defineProcessFile({
  name: 'proc.pid.status',
  doc: "Memory by kind, context switches, credentials and masks of each process, under the kernel's names.",
  from: 'https://docs.kernel.org/filesystems/proc.html#process-specific-subdirectories',
  file: 'status',
  fields: lines.map(({ field }) => field),
  reader: () => namedLines(lines, unknown),
});
