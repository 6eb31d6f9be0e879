import type { Access, Form } from '../../../recorder/client.ts';
import type { CheckRow } from '../../api.ts';
import type { HostRights } from '../../questions/way.ts';
import { findSource } from '../../sources/list.ts';
import type { Source } from '../../sources/source.ts';
import type { Budget } from '../budget.ts';
import type { Asked } from '../names.ts';
import type { HostRow } from './host-row.ts';
import { hostRows } from './host-rows.ts';
import type { HostSeen } from './host.ts';
import { PRESSURE } from './kernel-words.ts';
import { ownRows } from './own-rows.ts';
import { lookedAt, type Seen } from './probe.ts';
import { AS_ROOT } from './sudo.ts';
import type { TriedWays } from './try.ts';
import { type Part, rowFor } from './verdict.ts';
import { wayRow } from './way-row.ts';

/** Facts about a live host: what was found at connect, what was probed, the form of the sampler, and whether sudo was requested. */
export interface Looked {
  readonly access: Access;
  readonly seen: Seen;
  /** Seen as root, if sudo was requested and needs no password; undefined if the host did not say it all. */
  readonly host: HostSeen | undefined;
  readonly form: Form;
  readonly sudo: boolean;
  readonly rights: HostRights;
  readonly budget: Budget | undefined;
  /** What it could run if the caller allowed sudo. */
  readonly withSudo: HostRights;
  /** What came of the ways that were tried; absent if none were to be. */
  readonly tried?: TriedWays | undefined;
}

/** How the user can get access to what only root may read; we print it and change nothing. */
const asRoot = ({ seen, sudo }: Looked): string => {
  const { may, tools } = seen.sudo;
  if (may === 'yes' || may === 'asks')
    return sudo ? 'nothing: sudo already reads it' : `${AS_ROOT}${may === 'asks' ? ' (sudo asks for a password)' : ''}`;
  if (may === 'tools')
    return `connect as root, or have sudoers allow this login more than ${Object.keys(tools).join(' and ')} (visudo)`;
  return 'connect as root, or allow sudo for this login (visudo)';
};

/** True if the sampler runs as root: the login is root, or sudo was requested and works. */
const rooted = ({ access, seen, sudo }: Looked): boolean =>
  access.root || (sudo && ['yes', 'asks'].includes(seen.sudo.may));

type Judged = Omit<Part, 'source' | 'tool'>;
const all: Judged = { verdict: 'yes', cannotSee: '', fix: '' };

/** What turns pressure on; the IRQ file is also missing where the others are there. */
const pressureFix = ({ host }: Looked): string | undefined =>
  host?.pressure === 'on' ? undefined : PRESSURE[host?.pressure ?? 'unknown'].fix;

const absent = (source: Source, looked: Looked): Judged => ({
  verdict: 'no',
  cannotSee: `${source.recipe.read.join(' ')} does not exist`,
  fix: (source.name.includes('pressure') ? pressureFix(looked) : undefined) ?? 'none on this kernel: it lacks the file',
});

const ofProcesses = (looked: Looked, readable: number, of: number): Judged => {
  const { hidepid } = looked.access;
  if (rooted(looked)) return all;
  if (hidepid !== '')
    return {
      verdict: 'partly',
      cannotSee: `/proc is mounted with ${hidepid}: processes of other users are not listed`,
      fix: asRoot(looked),
    };
  if (readable >= of) return all;
  return {
    verdict: 'partly',
    cannotSee: `${String(of - readable)} of ${String(of)} processes cannot be read`,
    fix: asRoot(looked),
  };
};

const ofNamespaces = (looked: Looked): Judged => {
  const { access, seen, form } = looked;
  if (form !== 'perl')
    return { verdict: 'partly', cannotSee: 'only the network namespace of the login', fix: 'install perl on the host' };
  const missing = seen.processes - seen.namespaces;
  if (rooted(looked) || (missing <= 0 && access.hidepid === '')) return all;
  const cannotSee = `the network namespaces of ${String(missing)} of ${String(seen.processes)} processes cannot be read: some namespaces may be missing`;
  return { verdict: 'partly', cannotSee, fix: asRoot(looked) };
};

const ofSource = (source: Source, looked: Looked): Judged => {
  const { recipe } = source;
  const files = recipe.read.map(
    (path) => looked.seen.paths.get(lookedAt(path)) ?? { all: 0, readable: 0, why: 'absent' as const },
  );
  if (recipe.perProcess === true) {
    const most = (of: (file: (typeof files)[number]) => number): number => Math.max(0, ...files.map(of));
    if (most((file) => file.all) === 0) return absent(source, looked);
    return ofProcesses(
      looked,
      Math.min(...files.filter((file) => file.all > 0).map((file) => file.readable)),
      most((file) => file.all),
    );
  }
  if (files.every((file) => file.all === 0)) return absent(source, looked);
  if (files.some((file) => file.why === 'not allowed') && !rooted(looked))
    return {
      verdict: 'not allowed',
      cannotSee: `${recipe.read.join(' ')} is not readable by this login`,
      fix: asRoot(looked),
    };
  return recipe.perNetns === true ? ofNamespaces(looked) : all;
};

export const FORMS: Readonly<Record<Form, string>> = {
  perl: 'perl, files kept open',
  head: 'head, one process per sample',
  cat: 'cat, one process per file',
};

const partOf = (name: string, looked: Looked): Part => {
  const source = findSource(name);
  return {
    source: name,
    tool: `${FORMS[looked.form]}${rooted(looked) && !looked.access.root ? ', through sudo' : ''}`,
    ...ofSource(source, looked),
  };
};

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;

/** What would be read on this host; the measured cost is in the overhead of each answer. */
const costOf = (asked: Asked, { seen }: Looked): string => {
  const recipes = asked.sources.map((name) => findSource(name).recipe);
  const files = (sweeps: boolean): number =>
    recipes
      .filter(({ perProcess }) => (perProcess === true) === sweeps)
      .flatMap(({ read }) => read)
      .reduce((sum, path) => sum + (seen.paths.get(lookedAt(path))?.all ?? 0), 0);
  const swept = files(true);
  const read = `reads ${counted(files(false), 'file')} per sample`;
  if (swept === 0) return read;
  return `${read} and ${counted(swept, 'per-process file')} per sweep; sweeps use at most 2 % of one CPU unless maxCpu is set`;
};

/** Each way by which this host could answer: the programs, then the sources. */
const rowsFor = (name: string, asked: Asked, looked: Looked): readonly Omit<CheckRow, 'host'>[] => {
  const ways = asked.kind === 'question' ? (asked.question.ways ?? []) : [];
  const programs = ways.map((way) => wayRow(name, way, looked));
  if (asked.sources.length === 0) return programs;
  const parts = asked.sources.map((source) => partOf(source, looked));
  return [...programs, rowFor(name, asked, parts, { costs: costOf(asked, looked), known: 'read' })];
};

/** By which ways a live host can answer questions. */
export const checkLive = (wanted: ReadonlyMap<string, Asked>, looked: Looked): readonly Omit<CheckRow, 'host'>[] =>
  [...wanted].flatMap(([name, asked]) => rowsFor(name, asked, looked));

/** How the host itself can be seen in full; a check does not ask for the password of sudo. */
const hostAsRoot = (looked: Looked): string =>
  looked.sudo && looked.seen.sudo.may === 'asks'
    ? 'none: a check does not ask for the password of sudo'
    : asRoot(looked);

/** Whether programs of the caller's own can run on a live host, what limits captures there, and who else traces. */
export const checkHost = (looked: Looked): readonly HostRow[] => {
  const { access, host, rights } = looked;
  const own = ownRows({ ...looked, seen: host });
  if (host === undefined) return own;
  const { hidepid, perfEvents, capable } = access;
  const { pmu } = rights;
  const facts = { hidepid, pmu, perfEvents, perfmon: !access.root || capable.perfmon, rooted: rooted(looked) };
  return [...own, ...hostRows({ ...facts, seen: host, asRoot: hostAsRoot(looked) })];
};
