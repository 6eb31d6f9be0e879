import { FridayError, type ErrorKind } from '../errors.ts';
import { quote } from './quote.ts';
import type { SshTarget } from './ssh-options.ts';

/** This host as a user would type it after `ssh`, for the commands that we print. */
const typed = ({ user, host, port }: SshTarget, before = ''): string =>
  [before, port === undefined ? '' : `-p ${port}`, user === undefined ? host : `${quoted(user)}@${host}`]
    .filter((word) => word !== '')
    .join(' ');

const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : quote(word));

const known = ({ host, port }: SshTarget): string => (port === undefined || port === 22 ? host : `[${host}]:${port}`);

interface Rule {
  readonly seen: RegExp;
  readonly kind: ErrorKind;
  readonly say: string;
  readonly next: (target: SshTarget, match: RegExpExecArray) => string;
}

const scan = ({ host, port }: SshTarget): string =>
  `ssh-keyscan ${port === undefined ? '' : `-p ${port} `}${host} | ssh-keygen -lf -`;

/** The command that removes the old key from the file that ssh named. */
const forget = (target: SshTarget, said: string): string => {
  const file = /^Offending .* key in (\/[^\p{Cc}]*):\d+\r?$/mu.exec(said)?.[1];
  return `ssh-keygen ${file === undefined ? '' : `-f ${quoted(file)} `}-R ${quote(known(target))}`;
};

/** What OpenSSH prints when it cannot connect, the most specific first. */
const RULES: readonly Rule[] = [
  {
    seen: /REMOTE HOST IDENTIFICATION HAS CHANGED[^]*/,
    kind: 'host-key',
    say: 'the host key is not the one in known_hosts',
    next: (target, [said]) =>
      `Another machine may be answering. Ask the host's owner whether the key was changed (${scan(target)}); only then: ${forget(target, said)}`,
  },
  {
    seen: /Host key verification failed|host key is known for|REVOKED HOST KEY/,
    kind: 'host-key',
    say: 'the host key is not in known_hosts',
    next: (target) =>
      `Compare the fingerprint that "${scan(target)}" prints with the one that the host's owner gives you, then connect once by hand: ${typed(target, 'ssh')}`,
  },
  {
    seen: /Permission denied|Too many authentication failures|No more authentication methods|Authentication failed|sign_and_send_pubkey: signing failed/i,
    kind: 'auth',
    say: 'login refused: no key or password was accepted',
    next: (target) =>
      `Install your key there: ${typed(target, 'ssh-copy-id')} (or unlock it: ssh-add). Where a password or a code is needed, connect from a notebook or a terminal, so that you can be asked.`,
  },
  {
    seen: /Bad configuration option|bad configuration options|Bad owner or permissions|Can't open user config file/,
    kind: 'usage',
    say: 'ssh cannot read its configuration',
    next: (target) => `See the error: ${typed(target, 'ssh -G')}`,
  },
  {
    seen: /Could not resolve hostname/,
    kind: 'unreachable',
    say: 'the host name cannot be resolved',
    next: (target) => `Check the name, or add a Host entry for it to ~/.ssh/config: ${typed(target, 'ssh')}`,
  },
  {
    seen: /Connection refused/,
    kind: 'unreachable',
    say: 'the connection was refused',
    next: (target) => `Check that sshd runs there, and its port: ${typed(target, 'ssh -v')}`,
  },
  {
    seen: /timed out|No route to host|Network is unreachable|Connection closed|Connection reset|kex_exchange_identification|banner exchange|Broken pipe|Unable to negotiate|UNKNOWN port/i,
    kind: 'unreachable',
    say: 'the host cannot be reached',
    next: (target) => `Check the network, VPN and firewalls: ${typed(target, 'ssh -v')}`,
  },
  {
    seen: /account is (?:currently )?not available|no(?:t a)? login|Session open refused|administratively prohibited/i,
    kind: 'not-allowed',
    say: 'this account may not run a shell',
    next: (target) => `Ask the host's owner for a login with a shell instead of ${typed(target)}.`,
  },
  {
    seen: /sh: (?:command )?not found|Unknown command/,
    kind: 'missing',
    say: 'the host has no sh in its PATH',
    next: () => 'Captures need a POSIX sh on the host.',
  },
];

/** The error for an ssh that ended, from what ssh and the login shell printed. */
export const sshError = (target: SshTarget, said: string, status: number | undefined): FridayError => {
  const where = `ssh ${typed(target)}`;
  const seen = said.slice(-2000);
  for (const rule of RULES) {
    const match = rule.seen.exec(said);
    if (match) return new FridayError(rule.kind, `${where}: ${rule.say}`, { next: rule.next(target, match), seen });
  }
  const how = status === undefined ? 'a signal' : `status ${status}`;
  return new FridayError(status === 255 ? 'unreachable' : 'not-allowed', `${where}: sh on the host ended with ${how}`, {
    next: `See the error: ${typed(target, 'ssh -v')} sh`,
    seen,
  });
};

/** The error for an established connection that was lost. */
export const goneError = (target: SshTarget, said: string): FridayError => {
  const silent = /Timeout, server|not responding/i.test(said);
  const what = silent ? 'the host stopped answering' : 'the connection was closed';
  return new FridayError('host-gone', `ssh ${typed(target)}: ${what}`, {
    next: 'What was recorded is kept. Connect again when the host is back; our processes on the host end by themselves.',
    seen: said.slice(-2000),
  });
};
