import { FridayError, type ErrorKind } from '../errors.ts';
import { quote } from './quote.ts';
import type { SshTarget } from './ssh-options.ts';

/** How a user would type this host after `ssh`, for the commands that we print. */
export const typed = ({ user, host, port }: SshTarget, before = ''): string =>
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

/** The command that takes the old key out, for the file that ssh named. */
const forget = (target: SshTarget, said: string): string => {
  const file = /^Offending .* key in (\/[^\p{Cc}]*):\d+\r?$/mu.exec(said)?.[1];
  return `ssh-keygen ${file === undefined ? '' : `-f ${quoted(file)} `}-R ${quote(known(target))}`;
};

/** What OpenSSH says when it does not connect, most telling first; its texts have been stable for twenty years. */
const RULES: readonly Rule[] = [
  {
    seen: /REMOTE HOST IDENTIFICATION HAS CHANGED[^]*/,
    kind: 'host-key',
    say: 'expected the host key that is known, got another one',
    next: (target, [said]) =>
      `Somebody may be in between. Ask the host's owner whether its key was changed (${scan(target)}); only then: ${forget(target, said)}`,
  },
  {
    seen: /Host key verification failed|host key is known for|REVOKED HOST KEY/,
    kind: 'host-key',
    say: 'expected a host key that is known, got an unknown one',
    next: (target) =>
      `Compare the fingerprint that "${scan(target)}" prints with the one that the host's owner names, then connect once by hand: ${typed(target, 'ssh')}`,
  },
  {
    seen: /Permission denied|Too many authentication failures|No more authentication methods|Authentication failed|sign_and_send_pubkey: signing failed/i,
    kind: 'auth',
    say: 'expected to be let in, every key and answer was refused',
    next: (target) =>
      `Put your key there: ${typed(target, 'ssh-copy-id')} (or unlock it: ssh-add). Where a password or a code is needed, connect from a notebook or a terminal, so that you can be asked.`,
  },
  {
    seen: /Bad configuration option|bad configuration options|Bad owner or permissions|Can't open user config file/,
    kind: 'usage',
    say: 'expected an ssh configuration that ssh can read',
    next: (target) => `See what ssh says to: ${typed(target, 'ssh -G')}`,
  },
  {
    seen: /Could not resolve hostname/,
    kind: 'unreachable',
    say: 'expected a name that can be found, it is unknown',
    next: (target) => `Check the name, or add a Host entry for it to ~/.ssh/config: ${typed(target, 'ssh')}`,
  },
  {
    seen: /Connection refused/,
    kind: 'unreachable',
    say: 'expected an ssh server, the connection was refused',
    next: (target) => `Check that sshd runs there and on which port: ${typed(target, 'ssh -v')}`,
  },
  {
    seen: /timed out|No route to host|Network is unreachable|Connection closed|Connection reset|kex_exchange_identification|banner exchange|Broken pipe|Unable to negotiate|UNKNOWN port/i,
    kind: 'unreachable',
    say: 'expected a connection, none came about',
    next: (target) => `Check the network, VPN and firewall on the way: ${typed(target, 'ssh -v')}`,
  },
  {
    seen: /account is (?:currently )?not available|no(?:t a)? login|Session open refused|administratively prohibited/i,
    kind: 'not-allowed',
    say: 'expected to run sh there, the account may not',
    next: (target) => `Use a login with a shell; ask the host's owner for one instead of ${typed(target)}.`,
  },
  {
    seen: /sh: (?:command )?not found|Unknown command/,
    kind: 'missing',
    say: 'expected a POSIX sh there, found none',
    next: () => 'Use a host that has sh in its PATH.',
  },
];

/** Names why ssh ended before or while it served us, by what it and the login shell said. */
export const sshError = (target: SshTarget, said: string, status: number | undefined): FridayError => {
  const where = `ssh ${typed(target)}`;
  const seen = said.slice(-2000);
  for (const rule of RULES) {
    const match = rule.seen.exec(said);
    if (match) return new FridayError(rule.kind, `${where}: ${rule.say}`, { next: rule.next(target, match), seen });
  }
  const how = status === undefined ? 'a signal' : `status ${status}`;
  return new FridayError(
    status === 255 ? 'unreachable' : 'not-allowed',
    `${where}: expected sh to answer, it ended with ${how}`,
    {
      next: `See what happens with: ${typed(target, 'ssh -v')} sh`,
      seen,
    },
  );
};

/** Names why a connection that stood is gone. */
export const goneError = (target: SshTarget, said: string): FridayError => {
  const silent = /Timeout, server|not responding/i.test(said);
  const what = silent ? 'it fell silent' : 'the connection ended';
  return new FridayError('host-gone', `ssh ${typed(target)}: expected the host to stay, ${what}`, {
    next: 'What was recorded until then is kept. Connect again when the host is back; leftovers there end by themselves and are swept then.',
    seen: said.slice(-2000),
  });
};
