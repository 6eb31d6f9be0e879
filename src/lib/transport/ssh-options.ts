import type { Target } from './url.ts';

export type SshTarget = Extract<Target, { kind: 'ssh' }>;

export interface SshPlace {
  readonly target: SshTarget;
  /** The master's socket; short, since a socket's path has at most 108 bytes. */
  readonly socket: string;
  readonly config: string | undefined;
  /** Seconds of silence after which ssh on our side gives the link up. */
  readonly away: number;
}

/**
 * Options that a user's ssh_config may set otherwise, and that would take the streams, skip the check of the host key,
 * or run a command. On the command line they win: https://man.openbsd.org/ssh_config
 */
const OURS = [
  'IgnoreUnknown=StdinNull,ForkAfterAuthentication,SessionType',
  'StdinNull=no',
  'ForkAfterAuthentication=no',
  'SessionType=default',
  'RemoteCommand=none',
  'RequestTTY=no',
  'EscapeChar=none',
  'LogLevel=ERROR',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'Tunnel=no',
  'PermitLocalCommand=no',
  'ControlPersist=no',
  'ConnectTimeout=15',
];

const options = (list: readonly string[]): string[] => list.flatMap((option) => ['-o', option]);

/** The host and the remote command, which is just `sh`, since any login shell can run that. */
const destination = ({ user, host, port }: SshTarget): string[] => [
  ...(user === undefined ? [] : ['-l', user]),
  ...(port === undefined ? [] : ['-p', String(port)]),
  '--',
  host,
  'sh',
];

const common = ({ config, socket, away }: SshPlace): string[] => [
  ...(config === undefined ? [] : ['-F', config]),
  ...options([
    ...OURS,
    `ControlPath=${socket}`,
    `ServerAliveInterval=${Math.max(1, Math.ceil(away / 3))}`,
    'ServerAliveCountMax=3',
  ]),
];

/** Arguments of the master, whose own session is the control channel. Asks through SSH_ASKPASS or not at all. */
export const masterArgs = (place: SshPlace, mayPrompt: boolean): string[] => [
  ...common(place),
  ...options([
    'ControlMaster=yes',
    `BatchMode=${mayPrompt ? 'no' : 'yes'}`,
    `StrictHostKeyChecking=${mayPrompt ? 'ask' : 'yes'}`,
  ]),
  ...destination(place.target),
];

/**
 * Arguments of one more channel over the master. Where sshd allows no further session there, ssh opens a connection of its
 * own by itself, and may have to ask.
 */
export const channelArgs = (place: SshPlace, mayPrompt: boolean): string[] => [
  ...common(place),
  ...options(['ControlMaster=no', `BatchMode=${mayPrompt ? 'no' : 'yes'}`, 'StrictHostKeyChecking=yes']),
  ...destination(place.target),
];
