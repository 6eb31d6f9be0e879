import { hostProgram } from '../host-program.ts';
import { scriptHeader } from './quote.ts';

/** Prefix of the name of everything that we create on a host. */
export const PREFIX = 'fbf_';

/** Environment variable that marks our processes on the host; its value is the name of their run. */
export const MARK = 'FBF_RUN';

/**
 * Sets what every script on a channel relies on: the C locale, PATH and the mark, a run's name
 * fbf_NONCE_PIDNS_PID_START. It identifies its owner, this shell: process PID of that PID namespace, started at START
 * (clock ticks since boot). If that process no longer exists, what the run left is removed.
 */
export const greeting = (nonce: string): string =>
  scriptHeader({ fbf_nonce: nonce }) + hostProgram('src/lib/transport/greeting.sh');

/** Ends the control channel after `limit` seconds without a message; USR1 to $fbf_T reports a message. */
export const watch = (limit: number): string =>
  scriptHeader({ fbf_limit: limit }) + hostProgram('src/lib/transport/watch.sh');
