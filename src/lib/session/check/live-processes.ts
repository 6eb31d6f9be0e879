import type { RecorderClient } from '../../../recorder/client.ts';
import { AS_ROOT } from '../../questions/needs.ts';
import type { Need } from '../backend.ts';
import type { FoundProcess } from '../processes.ts';
import { rightsOf } from '../program-orders.ts';
import { lackOf, processRow } from './process-row.ts';
import { lookAtProcesses, readProcesses } from './processes.ts';

/** Seconds that looking at 64 processes may take. */
const LOOKING = 30;

/** Looks at processes of a live host, through sudo if that is allowed for more than single tools, and judges them. */
export const checkProcesses = async (
  client: RecorderClient,
  processes: readonly FoundProcess[],
  as: Pick<Need, 'sudo' | 'sudoers'>,
) => {
  if (processes.length === 0) return [];
  const pids = processes.map(({ pid }) => pid);
  const sudo = as.sudo && !client.access.root && ['yes', 'asks'].includes(as.sudoers?.may ?? '');
  const [{ stdout }, rights] = await Promise.all([
    client.run(lookAtProcesses(pids), { seconds: LOOKING, sudo }),
    rightsOf(client, as),
  ]);
  const seen = new Map(readProcesses(Buffer.from(stdout).toString('utf8')).map((each) => [each.pid, each]));
  return processes.map((process) =>
    processRow({ process, seen: seen.get(process.pid), lack: lackOf(rights, process.pid), asRoot: AS_ROOT }),
  );
};
