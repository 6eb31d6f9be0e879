import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Host } from '../../src/lib/api.ts';
import { connect } from '../../src/lib/index.ts';
import { startSshd, type Sshd, type SshdOptions } from './sshd.ts';

/** A host over ssh whose processes are those of this machine, a load among them. */
export interface HostUnderLoad {
  readonly sshd: Sshd;
  readonly host: Host;
  /** Ends the load, the connection and the sshd. */
  stop(): Promise<void>;
}

/** Connects to such a host; its recordings, and those of later connections, go below `folder`. */
export const hostUnderLoad = async (
  load: ChildProcess,
  folder: string,
  options: Omit<SshdOptions, 'pids'> = {},
): Promise<HostUnderLoad> => {
  const sshd = await startSshd({ ...options, pids: 'shared' });
  process.env['FBF_RECORDINGS'] = join(folder, 'recordings');
  process.env['FBF_SSH_CONFIG'] = sshd.config;
  const host = await connect(sshd.url());
  return {
    sshd,
    host,
    stop: async () => {
      load.kill('SIGKILL');
      await host.close();
      sshd.stop();
    },
  };
};
