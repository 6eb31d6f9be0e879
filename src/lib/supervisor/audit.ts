import { hostProgram } from '../host-program.ts';
import { printable } from '../printable.ts';
import { MARK, PREFIX } from '../transport/greeting.ts';
import type { Transport } from '../transport/transport.ts';
import { NAMES, PLACES, TEMP } from './clean.ts';

/** Something on the host that has a name of ours, or a setting that changed there. */
export interface Leftover {
  readonly kind: 'process' | 'tracefs' | 'probe' | 'bpf' | 'setting' | 'file' | 'socket';
  readonly left: string;
}

/** The state of the host at one moment: lines `kind TAB state or name TAB text`. */
export type Snapshot = readonly string[];

export interface Audit {
  /** Leftovers of runs whose recorder is dead, and settings that changed. */
  readonly left: readonly Leftover[];
  /** What belongs to a live recorder: another one, or one of ours that records now. */
  readonly running: readonly Leftover[];
  /** What was compared, one sentence each. */
  readonly compared: readonly string[];
  /** What could not be checked, and why. */
  readonly notChecked: readonly string[];
  /** The state that was read, to compare a later one with. */
  readonly snapshot: Snapshot;
}

/** Prints the settings to compare. */
const SETTINGS = hostProgram('src/lib/supervisor/settings.sh');

/** Prints the versions of tools. */
const VERSIONS = hostProgram('src/lib/supervisor/versions.sh');
const VERSION = 'version\t';

/** Prints what has our mark or our names. */
const LOOK = NAMES + hostProgram('src/lib/supervisor/audit.sh');

const lookWith = async (transport: Transport, script: string): Promise<Snapshot> => {
  const { stdout } = await transport.sh(script, { timeout: 60_000 });
  const lines = Buffer.from(stdout).toString('utf8').split('\n');
  return lines.filter((line) => line.split('\t').length === 3);
};

/**
 * Reads, right after the connect, the settings that a later audit compares with, and the versions of tools for the
 * manifests of recordings: one round trip.
 */
export const lookAfterConnect = async (
  transport: Transport,
): Promise<{ readonly settings: Snapshot; readonly versions: Readonly<Record<string, string>> }> => {
  const lines = await lookWith(transport, `${PLACES}${VERSIONS}${SETTINGS}wait\n`);
  const isVersion = (line: string): boolean => line.startsWith(VERSION);
  const versions = lines.filter(isVersion).map((line) => {
    const [, tool = '', version = ''] = line.split('\t');
    return [printable(tool), printable(version)] as const;
  });
  return {
    settings: lines.filter((line) => !isVersion(line)),
    versions: Object.fromEntries(versions.filter(([, version]) => version !== '')),
  };
};

const COMPARED = [
  `processes: with ${MARK} in their environment`,
  `tracefs: instances named ${PREFIX}*`,
  `probes: groups and events named ${PREFIX}* in kprobe_events, uprobe_events and synthetic_events`,
  `BPF: programs held by such processes, and pins named ${PREFIX}* in /sys/fs/bpf`,
  `files: named ${PREFIX}* in ${TEMP.replaceAll(' ', ', ')}`,
  `sockets: Unix sockets with ${PREFIX} in their name`,
];

const settingsOf = (lines: Snapshot): Map<string, string> => {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [kind, name = '', value = ''] = line.split('\t');
    if (kind === 'setting') found.set(name, `${found.has(name) ? `${found.get(name) ?? ''} ` : ''}${value.trim()}`);
  }
  return found;
};

const changed = (before: Snapshot, after: Snapshot): Leftover[] => {
  const was = settingsOf(before);
  const is = settingsOf(after);
  return [...was].flatMap(([name, old]) => {
    const value = is.get(name) ?? '';
    if (old === value) return [];
    const left = `${printable(name)}: was ${printable(old, 80)}, is ${printable(value, 80)}`;
    return [{ kind: 'setting' as const, left }];
  });
};

const isKind = (kind: string): kind is Leftover['kind'] =>
  ['process', 'tracefs', 'probe', 'bpf', 'file', 'socket'].includes(kind);

/** Compares two states of a host: what is ours in the later one, and settings that differ (none without `before`). */
export const compareSnapshots = (before: Snapshot | undefined, after: Snapshot): Audit => {
  const left: Leftover[] = [];
  const running: Leftover[] = [];
  const notChecked: string[] = [];
  for (const line of after) {
    const [kind = '', state = '', what = ''] = line.split('\t');
    if (isKind(kind)) (state === 'live' ? running : left).push({ kind, left: printable(what) });
    if (kind === 'not') notChecked.push(`${state}: ${printable(what)}`);
  }
  const found = { running, notChecked, snapshot: after };
  if (before === undefined)
    return {
      ...found,
      left,
      compared: COMPARED,
      notChecked: [...notChecked, 'settings: no earlier values to compare with'],
    };
  const settings = `settings: ${settingsOf(before).size} of /proc/sys and tracefs, compared with those at connect`;
  return { ...found, left: [...left, ...changed(before, after)], compared: [...COMPARED, settings] };
};

/** Finds our leftovers on the host, and settings that changed since `before`. */
export const audit = async (transport: Transport, before: Snapshot | undefined): Promise<Audit> =>
  compareSnapshots(before, await lookWith(transport, PLACES + LOOK + SETTINGS));
