import type { ColumnDoc } from '../../columns/column.ts';
import { digitsInto } from '../formats/digits.ts';
import { identifier } from '../formats/identifier.ts';
import type { Line } from '../formats/named-lines.ts';
import { namedLines, putNumber, putText } from '../formats/named-lines.ts';
import { defineProcessFile } from '../formats/process-file.ts';
import type { Versions } from '../formats/versions.ts';

type Kind = 'text' | 'number' | 'kB' | 'changing kB' | 'changing number' | 'counter';
const UNITS = { text: '', kB: 'B', 'changing kB': 'B' } as const;

const line = (name: string, kind: Kind, doc: string, unit = kind in UNITS ? UNITS[kind as 'kB'] : 'count'): Line => {
  const column: ColumnDoc = { unit, doc, ...(kind === 'counter' ? { counter: true } : {}) };
  return {
    name,
    field: {
      column: identifier(name),
      doc: column,
      ...(kind.startsWith('changing') || kind === 'counter' ? { hot: true } : {}),
      ...(kind.endsWith('kB') ? { scale: 'kB' } : {}),
    },
    put: kind === 'text' ? putText : putNumber,
  };
};

/** The state's letter; the word behind it says the same. */
const putLetter: Line['put'] = (bytes, from, to, slot, into) =>
  putText(bytes, from, Math.min(from + 1, to), slot, into);

/** Real, effective, saved and file-system id: four columns. The pid's own line, so that a file alone names its process. */
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

const ids = (name: string, of: string): readonly Line[] => {
  const columns = ['', 'Effective', 'Saved', 'Filesystem'].map((kind) => name + kind);
  return columns.map((column, i) => ({
    ...line(
      i === 0 ? name : ` ${column}`,
      'number',
      `${['Real', 'Effective', 'Saved', 'File-system'][i]} ${of}.`,
      'id',
    ),
    put: putIds(columns),
  }));
};

const lines: readonly Line[] = [
  line('Name', 'text', 'Name of the program; the kernel writes newline and backslash as \\n and \\\\.'),
  line('Umask', 'text', 'Mask of new files, octal.'),
  {
    ...line('State', 'text', 'R running, S sleeping, D waiting for a disk, Z ended, T stopped, t traced, I idle.'),
    put: putLetter,
  },
  line('Tgid', 'number', 'Process that the thread belongs to.', 'id'),
  line('Ngid', 'number', 'NUMA group.', 'id'),
  line('Pid', 'number', 'Thread id.', 'id'),
  line('PPid', 'number', 'Parent.', 'id'),
  line('TracerPid', 'number', 'Who traces it; 0 for nobody.', 'id'),
  ...ids('Uid', 'user id'),
  ...ids('Gid', 'group id'),
  line('FDSize', 'changing number', 'Slots for open files.'),
  line('Groups', 'text', 'Supplementary groups.'),
  ...['NStgid', 'NSpid', 'NSpgid', 'NSsid'].map((name) =>
    line(name, 'text', `${name.slice(2)} in each PID namespace.`),
  ),
  line('Kthread', 'number', '1: a kernel thread.'),
  line('VmPeak', 'changing kB', 'Largest address space until now.'),
  line('VmSize', 'changing kB', 'Address space.'),
  line('VmLck', 'kB', 'Locked memory.'),
  line('VmPin', 'kB', 'Pinned memory.'),
  line('VmHWM', 'changing kB', 'Most memory in use until now.'),
  line('VmRSS', 'changing kB', 'Memory in use: RssAnon + RssFile + RssShmem.'),
  line('RssAnon', 'changing kB', 'Anonymous memory in use.'),
  line('RssFile', 'changing kB', 'Mapped files in use.'),
  line('RssShmem', 'changing kB', 'Shared memory in use.'),
  line('VmData', 'changing kB', 'Private data.'),
  line('VmStk', 'kB', 'Stack.'),
  line('VmExe', 'kB', 'Program.'),
  line('VmLib', 'kB', 'Libraries.'),
  line('VmPTE', 'changing kB', 'Page tables.'),
  line('VmPMD', 'kB', 'Second-level page tables (4.0 to 4.14).'),
  line('VmSwap', 'changing kB', 'Swapped out.'),
  line('HugetlbPages', 'kB', 'Huge pages in use.'),
  line('CoreDumping', 'number', '1: a core is being dumped.'),
  line('THP_enabled', 'number', '1: it may have transparent huge pages.'),
  line('untag_mask', 'text', 'Mask of untagged addresses.'),
  line('Threads', 'changing number', 'Threads.'),
  line('SigQ', 'text', 'Signals queued, and the limit.'),
  ...['SigPnd', 'ShdPnd', 'SigBlk', 'SigIgn', 'SigCgt'].map((name) => line(name, 'text', 'Signals, as a mask.')),
  ...['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => line(name, 'text', 'Capabilities, as a mask.')),
  line('NoNewPrivs', 'number', '1: it cannot gain privileges.'),
  line('Seccomp', 'number', '0 off, 1 strict, 2 filter.'),
  line('Seccomp_filters', 'number', 'Seccomp filters.'),
  line('Speculation_Store_Bypass', 'text', 'Mitigation of CVE-2018-3639.'),
  line('SpeculationIndirectBranch', 'text', 'Mitigation of indirect branch speculation.'),
  line('Cpus_allowed', 'text', 'CPUs that it may use, as a mask.'),
  line('Cpus_allowed_list', 'text', 'The same as a list.'),
  line('Mems_allowed', 'text', 'NUMA nodes that it may use, as a mask.'),
  line('Mems_allowed_list', 'text', 'The same as a list.'),
  line('voluntary_ctxt_switches', 'counter', 'Times that the main thread gave up its CPU to wait.'),
  line('nonvoluntary_ctxt_switches', 'counter', 'Times that it was taken off its CPU.'),
  line('x86_Thread_features', 'text', 'Shadow stack features in use.'),
  line('x86_Thread_features_locked', 'text', 'Of them, locked.'),
];

const NUMBER = /^\d+( kB)?$/;

/** A line of a newer kernel: a number where it looks like one. */
const unknown = (name: string, value: string): Line => {
  const kind = !NUMBER.test(value) ? 'text' : value.endsWith('kB') ? 'changing kB' : 'changing number';
  return line(name, kind, `${name} of /proc/PID/status; not known to this version.`);
};

/** /proc/PID/status: https://docs.kernel.org/filesystems/proc.html (table 1-2) */
export const pidStatus = defineProcessFile({
  name: 'proc.pid.status',
  doc: "Memory by kind, context switches, rights and masks of each process, under the kernel's names.",
  from: 'https://docs.kernel.org/filesystems/proc.html#process-specific-subdirectories',
  file: 'status',
  fields: lines.map(({ field }) => field),
  reader: () => namedLines(lines, unknown),
});
