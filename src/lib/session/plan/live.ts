import { join } from 'node:path';
import { chooseForm, MAX_CPU, planStreams, SYMBOL_SECONDS } from '../../../recorder/client.ts';
import { inMegabytes, inPercent } from '../../amounts.ts';
import { recordingsFolder } from '../../recording/nearby.ts';
import type { Need } from '../backend.ts';
import { FORMS } from '../check/live.ts';
import { triesRoot } from '../check/sudo.ts';
import { budgetOf, pidsIn, type Reached, rightsOf } from '../program-orders.ts';
import { targetProcess } from '../target/node.ts';
import { sampledFor } from '../sampled.ts';
import { programSteps, type Running } from './programs.ts';
import { NOTHING, type Step, stepFor } from './steps.ts';

const SUDO_LOG = "nothing but sudo's own lines in the system log";

/** As whom everything runs, and what that leaves on the host. */
const rightOf = (
  { facts, tools, access }: Reached,
  { sudo, sudoers }: Need,
): { readonly right: string; readonly stays: string } => {
  const { user } = facts;
  if (access.root) return { right: 'root, the login', stays: NOTHING };
  if (!sudo) return { right: user, stays: NOTHING };
  if ((tools['sudo'] ?? '') === '') return { right: `${user}; sudo is not installed`, stays: NOTHING };
  if (!triesRoot({ sudo, sudoers })) return { right: user, stays: SUDO_LOG };
  return { right: `root by sudo; ${user} if sudo refuses`, stays: SUDO_LOG };
};

/** What the sampler reads, a row for each stream: the process table is always among them. */
const readSteps = (client: Reached, need: Need): readonly Step[] => {
  const { right, stays } = rightOf(client, need);
  const form = FORMS[chooseForm(Object.keys(client.tools))];
  const sweeps = `its sweeps over processes slow down to stay below ${inPercent(need.maxCpu ?? MAX_CPU)} of one CPU`;
  return planStreams(sampledFor(need)).map(({ name, recipe, hz }) =>
    stepFor(name, 'read', {
      tool: form,
      command: [...recipe.read, ...(recipe.links ?? [])].join(' '),
      right: right.startsWith('root') ? right : `${right}; files that it may not read are left out`,
      hz,
      overhead: `${String(need.seconds)} s${recipe.perProcess === true ? `; ${sweeps}` : ''}`,
      stays,
    }),
  );
};

const writeStep = ({ maxBytes }: Need, hostname: string): Step =>
  stepFor('recording', 'write here', {
    tool: 'fbf',
    command: join(recordingsFolder(), `TIME-${hostname.replace(/[^\w.-]/g, '_').slice(0, 60)}-ID`),
    right: 'your user on this machine',
    overhead:
      maxBytes === undefined ? 'no limit: maxBytes is not set' : `${inMegabytes(maxBytes)}; then the capture ends`,
    stays: 'this folder, until you delete it',
  });

/** What a run would do on a connected host: it uses the facts of the connect and, for programs, what the host has to spare. */
export const planLive = async (client: Reached, need: Need): Promise<readonly Step[]> => {
  const { programs: asked = [], target } = need;
  const pids = target === undefined ? [] : pidsIn(target);
  const [rights, budget, process] = await Promise.all([
    rightsOf(client, need),
    budgetOf(client, need, pids),
    targetProcess(client, need, pids),
  ]);
  const given: Running = { need, rights, budget, process, ...rightOf(client, need) };
  const programs = asked.flatMap((one) => programSteps(one, given, SYMBOL_SECONDS));
  return [...programs, ...readSteps(client, need), writeStep(need, client.facts.hostname)];
};
