import { FridayError } from '../lib/errors.ts';
import type { RecordedWarning } from '../lib/recording/warning.ts';
import { supervise } from '../lib/supervisor/supervise.ts';
import type { Prompter, Transport } from '../lib/transport/transport.ts';
import type { HostFacts } from '../lib/recording/format.ts';
import type { Supervise } from './attach.ts';
import type { Order } from './contract.ts';

/** As whom the programs of a recording run. */
export interface StartOptions {
  readonly order: Pick<Order, 'sudo' | 'debugger'>;
  readonly facts: HostFacts;
  readonly away: number | undefined;
  readonly prompter: Prompter | undefined;
}

/** Prompts for sudo's password once and uses it for all programs of a recording. */
const remembering = (prompter: Prompter | undefined): Prompter | undefined => {
  if (prompter === undefined) return undefined;
  let answer: Promise<string> | undefined;
  return (text) => (answer ??= prompter(text));
};

/**
 * Starts programs under supervisors: as root if asked for and allowed, otherwise as the login user, with one warning.
 */
export const starter = (
  transport: Transport,
  { order, away, prompter, facts }: StartOptions,
  warn: (warning: RecordedWarning) => void,
): Supervise => {
  const wanted = order.sudo === true && facts.user !== 'root';
  const remembered = remembering(prompter);
  let warned = false;
  return async (options) => {
    const all = { ...options, away, prompter: remembered, ticks: facts.ticks };
    if (!wanted) return supervise(transport, all);
    try {
      return await supervise(transport, { ...all, sudo: true });
    } catch (error) {
      if (!(error instanceof FridayError) || error.kind === 'host-gone') throw error;
      if (!warned) warn({ code: 'not-as-root', user: facts.user, why: `${error.what}. ${error.next}` });
      warned = true;
      return supervise(transport, all);
    }
  };
};
