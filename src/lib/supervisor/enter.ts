import { randomBytes } from 'node:crypto';
import { FridayError } from '../errors.ts';
import type { Prompter, Running, Transport } from '../transport/transport.ts';
import { entryScript } from './script.ts';
import { listener, type Listener } from './words.ts';

/** Milliseconds that sudo or a login shell has to start sh. */
const PATIENCE = 20_000;

/** How a program is entered: as the login user, or as root through sudo. */
export interface EnterOptions {
  /** Runs as root through sudo; `prompter` gets the password if one is needed. Refused: kind 'not-allowed' or 'auth'. */
  readonly sudo?: boolean | undefined;
  readonly prompter?: Prompter | undefined;
  /** Gets the program's standard error as it arrives, without the supervisor's words. */
  readonly onText?: ((text: string) => void) | undefined;
}

/**
 * Resolves with the first of `words` that arrives; 'done' if the channel closes before, 'late' after PATIENCE, which does not
 * count while the user is asked.
 */
const first = (words: readonly string[], { on, running, asks }: Channel): Promise<string> =>
  new Promise((resolve) => {
    for (const name of words) on.on(name, () => { resolve(name); }); // prettier-ignore
    void running.done.then(() => { resolve('done'); }); // prettier-ignore
    on.refused(() => { resolve('refused'); }); // prettier-ignore
    const wait = (): void => void setTimeout(() => { if (asks()) wait(); else resolve('late'); }, PATIENCE).unref(); // prettier-ignore
    wait();
  });

const sudoError = (url: string, said: string): FridayError => {
  const seen = said.slice(-1000);
  if (/must have a tty/.test(said))
    return new FridayError('not-allowed', `sudo on ${url}: requiretty in sudoers demands a terminal`, { next: 'Have "Defaults:USER !requiretty" set in sudoers, or leave out allow: ["sudo"].', seen }); // prettier-ignore
  if (/password|try again|authentication/i.test(said))
    return new FridayError('auth', `sudo on ${url}: the password was missing or wrong`, { next: 'Capture from a notebook or a terminal, where you can be asked; have NOPASSWD set in sudoers; or leave out allow: ["sudo"].', seen }); // prettier-ignore
  if (/not found/.test(said))
    return new FridayError('missing', `sudo on ${url}: sudo is not installed`, { next: 'Log in as root, or leave out allow: ["sudo"].', seen }); // prettier-ignore
  return new FridayError('not-allowed', `sudo on ${url}: you may not run sh as root`, { next: 'List what you may run: sudo -n -l. Ask for sh to be allowed in sudoers, or leave out allow: ["sudo"].', seen }); // prettier-ignore
};

/** A shell on the host, as the wanted user, that waits for the supervisor. */
export interface Channel {
  readonly running: Running;
  readonly on: Listener;
  readonly nonce: string;
  /** Whether the user is being asked for what the channel needs. */
  readonly asks: () => boolean;
}

const openChannel = async (
  transport: Transport,
  as: 'user' | 'sudo' | 'sudo with a password',
  onText: EnterOptions['onText'],
): Promise<Channel> => {
  const nonce = randomBytes(8).toString('hex');
  const on = listener(nonce, onText);
  const running = await transport.start(entryScript(nonce, as), { onStderr: on.hear });
  return { running, on, nonce, asks: () => transport.asks() };
};

const refused = async (transport: Transport, { running, on }: Channel, sudo: boolean): Promise<FridayError> => {
  running.kill();
  const { stderr } = await running.done;
  if (sudo) return sudoError(transport.url, on.said());
  if (/session open refused|session request failed/i.test(stderr))
    return new FridayError('not-allowed', `${transport.url}: sshd allows no further session on this connection (MaxSessions in sshd_config), and another connection was refused`, { next: 'Log in with a key, or connect where you can be asked for the password again; ask fewer questions at once; or have MaxSessions raised (sshd allows 10 by default).', seen: stderr.slice(-1000) }); // prettier-ignore
  return new FridayError('host-gone', `${transport.url}: the host did not start sh for the capture`, {
    next: 'See "seen" for what the host printed, and connect again.',
    seen: stderr.slice(-1000),
  });
};

/** Opens the channel for the supervisor, as root if wanted; asks for a password if sudo needs one. */
export const enter = async (
  transport: Transport,
  { sudo = false, prompter, onText }: EnterOptions,
): Promise<Channel> => {
  const channel = await openChannel(transport, sudo ? 'sudo' : 'user', onText);
  if ((await first(['go'], channel)) === 'go') return channel;
  const error = await refused(transport, channel, sudo);
  if (!sudo || prompter === undefined || error.kind !== 'auth') throw error;
  const asking = await openChannel(transport, 'sudo with a password', onText);
  const started = first(['go'], asking);
  if ((await first(['ask'], asking)) === 'ask') {
    const password = await prompter(`[sudo] password on ${transport.url}: `).catch(() => undefined);
    if (password !== undefined) {
      asking.running.write(`${password}\n`);
      if ((await started) === 'go') return asking;
    }
  }
  throw await refused(transport, asking, true);
};
