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

/** Resolves with the first of `words` that arrives; 'done' if the channel closes before, 'late' after PATIENCE. */
const first = (words: readonly string[], on: Listener, running: Running): Promise<string> =>
  new Promise((resolve) => {
    for (const name of words) on.on(name, () => { resolve(name); }); // prettier-ignore
    void running.done.then(() => { resolve('done'); }); // prettier-ignore
    on.refused(() => { resolve('refused'); }); // prettier-ignore
    setTimeout(() => { resolve('late'); }, PATIENCE).unref(); // prettier-ignore
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
}

const openChannel = async (
  transport: Transport,
  as: 'user' | 'sudo' | 'sudo with a password',
  onText: EnterOptions['onText'],
): Promise<Channel> => {
  const nonce = randomBytes(8).toString('hex');
  const on = listener(nonce, onText);
  const running = await transport.start(entryScript(nonce, as), { onStderr: on.hear });
  return { running, on, nonce };
};

const refused = async (transport: Transport, { running, on }: Channel, sudo: boolean): Promise<FridayError> => {
  running.kill();
  const { stderr } = await running.done;
  if (sudo) return sudoError(transport.url, on.said());
  return new FridayError('host-gone', `${transport.url}: the host did not start sh for the capture`, {
    next: 'See "seen" for what the host printed, and connect again. sshd may limit sessions (MaxSessions in sshd_config).',
    seen: stderr.slice(-1000),
  });
};

/** Opens the channel for the supervisor, as root if wanted; asks for a password if sudo needs one. */
export const enter = async (
  transport: Transport,
  { sudo = false, prompter, onText }: EnterOptions,
): Promise<Channel> => {
  const channel = await openChannel(transport, sudo ? 'sudo' : 'user', onText);
  if ((await first(['go'], channel.on, channel.running)) === 'go') return channel;
  const error = await refused(transport, channel, sudo);
  if (!sudo || prompter === undefined || error.kind !== 'auth') throw error;
  const asking = await openChannel(transport, 'sudo with a password', onText);
  const started = first(['go'], asking.on, asking.running);
  if ((await first(['ask'], asking.on, asking.running)) === 'ask') {
    const password = await prompter(`[sudo] password on ${transport.url}: `).catch(() => undefined);
    if (password !== undefined) {
      asking.running.write(`${password}\n`);
      if ((await started) === 'go') return asking;
    }
  }
  throw await refused(transport, asking, true);
};
