import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FridayError } from '../errors.ts';
import { askAgain } from './ask-again.ts';
import { type AskServer, serveAskpass } from './askpass.ts';
import { runChannel } from './channel.ts';
import { killBelow } from './kill.ts';
import { privateDir } from './private-dir.ts';
import { openShell, type Shell } from './shell.ts';
import { goneError, sshError } from './ssh-errors.ts';
import { channelArgs, masterArgs, type SshPlace, type SshTarget } from './ssh-options.ts';
import { AWAY, type Opened, type Prompter, type Running, type Transport, type TransportOptions } from './transport.ts';

/** Milliseconds that ssh has to exit before it is killed. */
const PATIENCE = 2_000;
const GREETING_LIMIT = 20_000;

/** ssh in the C locale (its messages are parsed) and without a terminal: asks through our askpass or not at all. */
const ssh = (args: readonly string[], env: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams =>
  spawn('ssh', args, {
    env: { ...process.env, LC_ALL: 'C', SSH_ASKPASS_REQUIRE: 'never', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });

const starter =
  (place: SshPlace, again?: AskServer): Transport['start'] =>
  (script, { onStderr } = {}): Promise<Running> =>
    Promise.resolve(runChannel(ssh(channelArgs(place, again !== undefined), again?.env ?? {}), script, onStderr));

/** Ends the master within a few seconds, even on a dead link. */
const endMaster = async (child: ChildProcessWithoutNullStreams, shell: Shell): Promise<void> => {
  shell.end();
  const made = setTimeout(() => child.kill('SIGTERM'), PATIENCE);
  const killed = setTimeout(() => child.kill('SIGKILL'), 2 * PATIENCE);
  await shell.done;
  clearTimeout(made);
  clearTimeout(killed);
};

/** Gives up when a login shell swallows our input: the connection is up (its socket exists), but no answer arrives. */
const limitGreeting = (place: SshPlace, child: ChildProcessWithoutNullStreams) => {
  const state = { swallowed: false };
  let since = 0;
  const timer = setInterval(() => {
    if (since === 0 && existsSync(place.socket)) since = Date.now();
    state.swallowed = since > 0 && Date.now() - since > GREETING_LIMIT;
    if (state.swallowed) child.kill('SIGKILL');
  }, 500);
  return {
    state,
    stop: () => {
      clearInterval(timer);
    },
  };
};

const noAnswer = (url: string): FridayError =>
  new FridayError('not-allowed', `${url}: the login shell did not start sh within ${GREETING_LIMIT / 1000} s`, {
    next: 'Check its startup files (.bashrc, .profile): without a terminal they must not read standard input or start another program.',
  });

/** Remembers that the user refused to answer: ssh then fails for that reason. */
const rememberRefusal = (prompter: Prompter) => {
  const seen = { refused: undefined as unknown };
  const asked: Prompter = (text) =>
    prompter(text).catch((error: unknown) => {
      seen.refused = error;
      throw error;
    });
  return { seen, asked };
};

interface Over extends Pick<Transport, 'url' | 'asks'> {
  readonly child: ChildProcessWithoutNullStreams;
  readonly shell: Shell;
  readonly tidy: () => void;
  /** Where the channels ask that need a connection of their own. */
  readonly again: AskServer | undefined;
}

const transportOver = (place: SshPlace, { url, child, shell, tidy, again, asks }: Over): Transport => {
  let closed = false;
  let ended: FridayError | undefined;
  const gone = shell.done.then(({ stderr }) => {
    tidy();
    ended = goneError(place.target, stderr);
    return closed ? undefined : ended;
  });
  // Without its master, ssh would open a new connection.
  const start: Transport['start'] = (script, options) =>
    ended === undefined ? starter(place, again)(script, options) : Promise.reject(ended);
  const close = async (): Promise<void> => {
    closed = true;
    await endMaster(child, shell);
  };
  return { url, sh: (script, options) => shell.run(script, options), start, asks, gone, close };
};

/**
 * Connects with the system's OpenSSH, so that ProxyJump, agents, certificates and hardware keys work. The master's own
 * session is the control channel: when we close its input, the session and the connection end.
 */
export const openSsh = async (url: string, target: SshTarget, options: TransportOptions): Promise<Opened> => {
  const { prompter, signal, first = '', sshConfig: config, away = AWAY } = options;
  signal?.throwIfAborted();
  const dir = privateDir();
  const { seen, asked } = rememberRefusal(prompter ?? (() => Promise.reject(new Error('no way to prompt the user'))));
  const askpass = prompter && (await serveAskpass(dir, 'a', asked));
  const more = prompter && askAgain(prompter);
  const again = more && (await serveAskpass(dir, 'b', more.again));
  const place: SshPlace = { target, socket: join(dir, 'm'), config, away };
  const child = ssh(masterArgs(place, prompter !== undefined), askpass?.env ?? {});
  const tidy = (): void => {
    askpass?.close();
    again?.close();
    rmSync(dir, { recursive: true, force: true });
  };
  const abort = (): void => void child.kill('SIGTERM');
  signal?.addEventListener('abort', abort, { once: true });
  let standing = false;
  const greeting = limitGreeting(place, child);
  const lost = (stderr: string, status: number | undefined): FridayError => {
    if (standing) return goneError(target, stderr);
    return greeting.state.swallowed ? noAnswer(url) : sshError(target, stderr, status);
  };
  const rescue = async (pid: number): Promise<void> => {
    const running = await starter(place)(killBelow(pid));
    running.end();
    await running.done;
  };
  try {
    const { shell, first: answer } = await openShell(child, { rescue, lost, first, away });
    standing = true;
    askpass?.close();
    return {
      transport: transportOver(place, { url, child, shell, tidy, again, asks: more?.asks ?? (() => false) }),
      first: answer,
    };
  } catch (error) {
    tidy();
    signal?.throwIfAborted();
    if (seen.refused !== undefined && error instanceof FridayError && error.kind !== 'host-key')
      throw new FridayError('auth', `ssh ${url}: a password or another answer was needed, and none was given`, { next: 'Connect again and answer.', cause: seen.refused }); // prettier-ignore
    throw error;
  } finally {
    greeting.stop();
    signal?.removeEventListener('abort', abort);
  }
};
