import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';

/** What to connect to: this machine, or a host that the system's ssh can reach. */
export type Target =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly user?: string | undefined;
      readonly port?: number | undefined;
    };

const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;
const IPV6 = /^[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]+)?$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.@\\+-]*\$?$/;
const SSH = /^(?:(?<user>[^@/]*(?:@[^@/]+)*)@)?(?:\[(?<six>[^\]]*)\]|(?<host>[^:/[\]]*))(?::(?<port>[^/]*))?\/?$/;

const wrong = (url: string, expected: string, cause?: unknown): FridayError =>
  new FridayError('usage', `host ${printable(JSON.stringify(url), 200)}: expected ${expected}`, {
    next: 'Give local:, ssh://[user@]host[:port], or the name of a Host entry of ~/.ssh/config.',
    cause,
  });

/** `decodeURIComponent` with an error that names the URL. */
const decode = (url: string, part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    throw wrong(url, 'percent signs to be followed by two hexadecimal digits', error);
  }
};

const parsePort = (url: string, port: string | undefined): number | undefined => {
  if (port === undefined) return undefined;
  const number = Number(port);
  if (!/^\d{1,5}$/.test(port) || number < 1 || number > 65535) throw wrong(url, 'a port from 1 to 65535');
  return number;
};

const parseSsh = (url: string, rest: string): Target => {
  const { user: login, six, host: name, port } = SSH.exec(rest)?.groups ?? {};
  const host = decode(url, six ?? name ?? '');
  const fits = six === undefined ? NAME.test(host) : IPV6.test(host) && host.includes(':');
  if (!fits) throw wrong(url, 'a host name of letters, digits, ".", "_" and "-", or an IPv6 address in brackets');
  if (login?.includes(':') === true) throw wrong(url, 'a URL without a password (ssh asks for it)');
  const user = login === undefined ? undefined : decode(url, login);
  if (user !== undefined && !USER.test(user))
    throw wrong(url, 'a user name of letters, digits and . _ - @ + that does not begin with a sign');
  return { kind: 'ssh', host, user, port: parsePort(url, port) };
};

/**
 * Reads `local:`, `ssh://[user@]host[:port]` or a bare ssh alias; anything else fails with kind 'usage'. Rejects
 * whatever could be taken for an option or contains a shell metacharacter, since ssh_config passes %h and %r to shells.
 */
export const parseUrl = (url: string): Target => {
  if (url === 'local:' || url === 'local') return { kind: 'local' };
  if (url.startsWith('local:')) throw wrong(url, '"local:" alone, or ssh://local:PORT for a host named local');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url)?.[1];
  if (scheme === undefined) return parseSsh(url, url);
  if (scheme.toLowerCase() !== 'ssh') throw wrong(url, 'local: or ssh://');
  return parseSsh(url, url.slice('ssh://'.length));
};
