import { printable } from '../printable.ts';
import type { Warning } from '../sources/source.ts';

/** How a field is read from the text that the sampler sends; text of a host is shortened and made printable. */
type Read = (text: string) => number | string;

const LONGEST = 1000;
const text = (of: string): string => printable(of, LONGEST);

/** One kind of warning: its fields, and the sentence that is shown. */
const kind = <F extends Readonly<Record<string, Read>>>(
  fields: F,
  say: (of: { readonly [K in keyof F]: ReturnType<F[K]> }) => string,
) => ({ fields, say });

/** Why a file with symbols is missing, by the word that the host sent. */
const WHY_ABSENT: Readonly<Record<string, string>> = {
  absent: 'not found',
  changed: 'changed since it was recorded',
  denied: 'the login may not read it',
  'not-elf': 'not an ELF file',
  'not-a-map': 'not a map of functions',
  'no-perl': 'needs perl on the host',
  large: 'larger than the limit for one file',
  full: 'the limit for all symbols was reached',
  late: 'the time limit was reached',
};

const KINDS = {
  'processes-file-unread': kind(
    { file: text, unread: Number, of: Number, why: text },
    ({ file, unread, of, why }) => `/proc/PID/${file} cannot be read for ${unread} of ${of} processes: ${why}`,
  ),
  'programs-unread': kind(
    {},
    () => 'the program and the network namespace of some processes cannot be read without root',
  ),
  'namespaces-unread': kind(
    { unread: Number, of: Number },
    ({ unread, of }) =>
      `the network namespaces of ${unread} of ${of} processes cannot be read without root: some namespaces may be missing`,
  ),
  'own-namespace-only': kind(
    {},
    () => 'only the network namespace of the login is read; for the others install perl on the host',
  ),
  'cgroups-left-out': kind(
    { root: text, read: Number, left: Number },
    ({ root, read, left }) =>
      `only the first ${read} cgroups under ${root} are read, ${left} or more are not; the waiting of their tasks counts in their parents`,
  ),
  'log-by-dmesg': kind(
    {},
    () =>
      'read by dmesg, since this dd has no non-blocking reads: messages that the ring buffer dropped are not counted',
  ),
  'not-as-root': kind(
    { user: text, why: text },
    ({ user, why }) => `captured as ${user}, since sudo failed; files that only root can read are missing: ${why}`,
  ),
  'leftovers-removed': kind(
    { left: text },
    ({ left }) => `removed what a killed capture had left on the host: ${left}`,
  ),
  'sampler-printed': kind({ printed: text }, ({ printed }) => `the sampler printed: ${printed}`),
  'symbols-changed': kind(
    { binary: text },
    ({ binary }) => `${binary} was replaced after it was recorded: its functions are not named`,
  ),
  'symbols-process-ended': kind(
    { binary: text },
    ({ binary }) =>
      `no symbols of ${binary}: the processes that mapped it have ended, and the host has no file of this path`,
  ),
  'symbols-absent': kind(
    { binary: text, why: text },
    ({ binary, why }) => `no symbols of ${binary}: ${WHY_ABSENT[why] ?? why}`,
  ),
  'map-absent': kind({ pid: Number, why: text }, ({ pid, why }) =>
    why === 'ended'
      ? `no names of the code that process ${pid} compiled at run time: it has ended and left no /tmp/perf-${pid}.map`
      : `no names of the code that process ${pid} compiled at run time: its perf-${pid}.map: ${WHY_ABSENT[why] ?? why}`,
  ),
  'maps-absent': kind({ processes: Number, first: text, why: text }, ({ processes, first, why }) =>
    why === 'ended'
      ? `no names of the code that ${processes} processes compiled at run time: they have ended and left no /tmp/perf-PID.map (${first} ...)`
      : `no names of the code that ${processes} processes compiled at run time: their perf-PID.map: ${WHY_ABSENT[why] ?? why} (${first} ...)`,
  ),
  'java-map-failed': kind(
    { pid: Number, why: text },
    ({ pid, why }) => `no names of the code that Java process ${pid} compiled: jcmd wrote no map: ${why}`,
  ),
  'kernel-symbols-hidden': kind(
    {},
    () => 'kernel functions are not named: the kernel hides its addresses from this login (kernel.kptr_restrict)',
  ),
  'kernel-symbols-absent': kind(
    { why: text },
    ({ why }) => `kernel functions are not named: /proc/kallsyms: ${WHY_ABSENT[why] ?? why}`,
  ),
  'symbols-more': kind({ more: Number }, ({ more }) => `${more} more files without symbols`),
  'symbols-cut': kind(
    { why: text, left: Number },
    ({ why, left }) => `the symbols of ${left} files were not fetched: ${why}`,
  ),
  /** A sentence of a recording that was made before warnings were data. */
  sentence: kind({ say: String }, ({ say }) => say),
};

type Kinds = typeof KINDS;
export type WarningCode = keyof Kinds;

/** A warning of a recording as data: a code, its fields, and what it is about. */
export type RecordedWarning = {
  readonly [C in WarningCode]: Pick<Warning, 't' | 'source'> & { readonly code: C } & Parameters<Kinds[C]['say']>[0];
}[WarningCode];

const isCode = (code: string): code is WarningCode => Object.hasOwn(KINDS, code);

/** The sentence for a warning: the only place that makes one. */
export const sayWarning = (warning: RecordedWarning): string => {
  const say = KINDS[warning.code].say as (of: RecordedWarning) => string;
  return say(warning);
};

/** The warning as a reader of tables shows it. */
export const shownWarning = (warning: RecordedWarning): Warning => {
  const { t, source } = warning;
  return { ...(t === undefined ? {} : { t }), ...(source === undefined ? {} : { source }), say: sayWarning(warning) };
};

/** A warning from the words that the sampler sent: its code, then a line `NAME VALUE` per field. */
export const warningFrom = (sent: string): RecordedWarning => {
  const [code = '', ...lines] = sent.split('\n');
  if (!isCode(code)) return { code: 'sentence', say: text(sent.replaceAll('\n', ' ')) };
  const values = new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
  const fields: Readonly<Record<string, Read>> = KINDS[code].fields;
  const read = Object.entries(fields).map(([name, of]) => [name, of(values.get(name) ?? '')] as const);
  return { code, ...Object.fromEntries(read) } as RecordedWarning;
};

/** A connect or a capture has removed what a dead run had left: the run's name, and what it was. */
export const leftoversRemoved = (left: string): RecordedWarning => ({ code: 'leftovers-removed', left });
