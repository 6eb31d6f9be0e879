import type { RecorderClient } from '../../../recorder/client.ts';
import { hostProgram } from '../../host-program.ts';
import type { Need } from '../backend.ts';
import { triesRoot } from '../check/sudo.ts';
import { availableIn } from './events.ts';

/** The events of a connected host; none if this login may not see them, which the choice of a way then says. */
export const availableEvents = async (
  client: Pick<RecorderClient, 'run' | 'access'>,
  as: Pick<Need, 'sudo' | 'sudoers'>,
): Promise<readonly string[]> => {
  if (!client.access.root && !triesRoot(as)) return [];
  const script = hostProgram('src/lib/session/ftrace/available.sh');
  const { stdout } = await client.run(script, { seconds: 20, ...(client.access.root ? {} : { sudo: true }) });
  return availableIn(Buffer.from(stdout).toString('utf8'));
};
