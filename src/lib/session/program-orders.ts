import type { ProgramOrder, RecorderClient } from '../../recorder/client.ts';
import type { Selection } from '../api.ts';
import type { Budget } from './budget.ts';
import { FridayError } from '../errors.ts';
import type { Calibration } from '../recording/format.ts';
import type { HostRights } from '../questions/way.ts';
import type { Target } from '../sources/program.ts';
import type { Need } from './backend.ts';
import type { FoundProcess } from './processes.ts';
import { triesRoot } from './check/sudo.ts';
import { selecting } from './selection.ts';
import { calibrationOf } from './load/calibration.ts';
import { loadScript, readLoad } from './load/load.ts';
import { targetProcess } from './target/node.ts';
import { orderFor } from './ways.ts';

/** A connected host, as far as the choice of a way needs it. */
export type Reached = Pick<RecorderClient, 'facts' | 'tools' | 'access' | 'versions' | 'sh'>;

/** What a connected host can run, from what is known since the connect, and of sudo, if the caller allows it. */
export const rightsOf = async (
  { facts, tools, access, versions }: Omit<Reached, 'sh'>,
  { sudo, sudoers }: Pick<Need, 'sudo' | 'sudoers'>,
): Promise<HostRights> => ({
  os: facts.os,
  kernel: facts.kernel,
  arch: facts.arch,
  tools,
  versions: await versions(),
  root: access.root || (triesRoot({ sudo, sudoers }) && (tools['sudo'] ?? '') !== ''),
  sudoTools: sudo ? (sudoers?.tools ?? {}) : {},
  perfEventParanoid: access.perfEventParanoid,
  perfEvents: access.perfEvents,
  ...(access.root ? { capable: access.capable } : {}),
  seccomp: access.seccomp,
  lockdown: access.lockdown,
  pmu: access.pmu !== '',
});

/** The pids that a selection names by itself: then nothing has to be looked up on the host. */
export const pidsIn = (selection: Selection): readonly number[] | undefined =>
  selection.pid !== undefined && Object.keys(selection).length === 1 ? [selection.pid].flat() : undefined;

const targetOf = async (
  selection: Selection | undefined,
  processes: () => Promise<readonly FoundProcess[]>,
): Promise<Extract<Target, { readonly pids: unknown }> | undefined> => {
  if (selection === undefined) return undefined;
  const selected = selecting(selection);
  const pids = pidsIn(selection) ?? (await processes()).filter(selected).map(({ pid }) => pid);
  if (pids.length > 0) return { pids };
  throw new FridayError('missing', `target: no process of the host matches ${JSON.stringify(selection)}`, {
    next: 'List them by a part of their command line: await host.find(...).',
  });
};

/** Whether what a way needs is known, so that it can be judged. */
const knows = (programs: Need['programs'] = []): boolean =>
  programs.some(({ question }) => question.ways?.some((way) => way.memory !== undefined));

/** Whether a way costs more the more events there are that can be counted on the host. */
const countsFor = (programs: Need['programs'] = []): boolean =>
  programs.some(({ question }) => question.ways?.some(({ perEvent }) => perEvent?.event === 'context switch'));

/** By connected host: calibrated once. */
const calibrations = new WeakMap<Reached, Calibration>();

const loadOf = async (client: Reached, pids: readonly number[], counts: boolean) => {
  const known = calibrations.get(client);
  const { stdout } = await client.sh(loadScript(pids, { counts, calibrates: known === undefined }));
  const load = readLoad(Buffer.from(stdout).toString('utf8'));
  const calibration = known ?? calibrationOf(load.work);
  calibrations.set(client, calibration);
  return { load, calibration };
};

/**
 * What programs may use of a host, and what it has to spare now: one round trip, and PAUSE the first time and if events are to
 * be counted.
 */
export const budgetOf = async (
  client: Reached,
  { maxCpu, maxMemory, maxBytes, seconds, programs }: Pick<Need, 'maxCpu' | 'maxMemory' | 'maxBytes' | 'seconds' | 'programs'>, // prettier-ignore
  pids: readonly number[] = [],
): Promise<Budget | undefined> => {
  if (!knows(programs)) return undefined;
  const { cpus, memory } = client.facts;
  const measured = await loadOf(client, pids, countsFor(programs));
  return { maxCpu, maxMemory, maxBytes, seconds, cpus, memory, ...measured };
};

/** The programs that the recorder starts on this host to answer the questions that need one. */
export const programOrders = async (
  client: RecorderClient,
  need: Need,
  processes: () => Promise<readonly FoundProcess[]>,
): Promise<readonly ProgramOrder[]> => {
  const { programs = [], options = {}, target: wanted, seconds } = need;
  if (programs.length === 0) return [];
  const [host, target] = await Promise.all([rightsOf(client, need), targetOf(wanted, processes)]);
  const [budget, process] = await Promise.all([
    budgetOf(client, need, target?.pids),
    targetProcess(client, need, target?.pids),
  ]);
  const wants = { ...options, target, seconds, debugger: need.debugger, process };
  return programs.flatMap((asked) => orderFor(asked, wants, { host, budget }) ?? []);
};
