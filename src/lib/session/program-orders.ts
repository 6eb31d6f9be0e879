import type { ProgramOrder, RecorderClient } from '../../recorder/client.ts';
import type { Selection } from '../api.ts';
import { FridayError } from '../errors.ts';
import type { HostRights } from '../questions/way.ts';
import type { Target } from '../sources/program.ts';
import type { Need } from './backend.ts';
import type { FoundProcess } from './processes.ts';
import { triesRoot } from './check/sudo.ts';
import { selecting } from './selection.ts';
import { orderFor } from './ways.ts';

/** What a connected host can run, from what is known since the connect, and of sudo, if the caller allows it. */
export const rightsOf = async (
  { facts, tools, access, versions }: Pick<RecorderClient, 'facts' | 'tools' | 'access' | 'versions'>,
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
  lockdown: access.lockdown,
  pmu: access.pmu !== '',
});

/** The pids that a selection names by itself: then nothing has to be looked up on the host. */
export const pidsIn = (selection: Selection): readonly number[] | undefined =>
  selection.pid !== undefined && Object.keys(selection).length === 1 ? [selection.pid].flat() : undefined;

const targetOf = async (
  selection: Selection | undefined,
  processes: () => Promise<readonly FoundProcess[]>,
): Promise<Target | undefined> => {
  if (selection === undefined) return undefined;
  const selected = selecting(selection);
  const pids = pidsIn(selection) ?? (await processes()).filter(selected).map(({ pid }) => pid);
  if (pids.length > 0) return { pids };
  throw new FridayError('missing', `target: no process of the host matches ${JSON.stringify(selection)}`, {
    next: 'List them by a part of their command line: await host.find(...).',
  });
};

/** The programs that the recorder starts on this host to answer the questions that need one. */
export const programOrders = async (
  client: RecorderClient,
  need: Need,
  processes: () => Promise<readonly FoundProcess[]>,
): Promise<readonly ProgramOrder[]> => {
  const { programs = [], options = {}, target, seconds } = need;
  if (programs.length === 0) return [];
  const [host, aimed] = await Promise.all([rightsOf(client, need), targetOf(target, processes)]);
  return programs.flatMap((asked) => orderFor(asked, { ...options, target: aimed, seconds }, host) ?? []);
};
