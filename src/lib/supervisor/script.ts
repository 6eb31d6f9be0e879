import { hostProgram } from '../host-program.ts';
import { scriptHeader } from '../transport/quote.ts';
import { CLEANING } from './clean.ts';

/**
 * A message of the supervisor on standard error, which the program cannot print by chance: `@@fbf.NONCE WORD ...@@`.
 */
export const word = (nonce: string, text: string): string => `@@fbf.${nonce} ${text}@@`;

/**
 * The first script of a supervised channel: becomes the shell that the supervisor script is sent to, as the login user
 * or as root. With `password` it prints `ask` when sudo is about to read the password. `exec` keeps the pid, which is
 * part of the run's name. sudo runs its own shell, so that use_pty, env_reset and secure_path make no difference.
 */
export const entryScript = (nonce: string, as: 'user' | 'sudo' | 'sudo with a password'): string => {
  const say = (text: string): string => `printf '%s%s' '@@fbf.' '${nonce} ${text}@@' >&2`;
  const go = `${say('go')}; exec sh -s fbf-run`;
  if (as === 'user') return `{ ${go}; }\n`;
  const root = `env FBF_RUN="$FBF_RUN" PATH="$PATH" LC_ALL=C sh -c "${go}"`;
  return as === 'sudo' ? `exec sudo -n -- ${root}\n` : `{ ${say('ask')}; exec sudo -k -S -p '' -- ${root}; }\n`;
};

export interface ScriptOptions {
  readonly nonce: string;
  /** POSIX sh text of at most 100 KB (it travels in the environment); its standard input is /dev/null. */
  readonly program: string;
  /** Seconds without a heartbeat after which everything on the host ends by itself. */
  readonly away: number;
  /** Seconds after which the capture ends, even if the program is still running. */
  readonly deadline: number;
  /** Removes leftovers of dead runs first: set for root, who may read more of them than the login user. */
  readonly sweep: boolean;
  /** The signal that asks the program to stop, and the seconds that it then has for its last output. */
  readonly stop: 'TERM' | 'INT';
  readonly grace: number;
  /** Counts the sshd that serves us in the cost: set for one of several programs that run at the same time. */
  readonly serves: boolean;
}

/** The supervisor (supervisor.sh) with its program: POSIX sh text for dash, busybox ash and bash, sent after `go`. */
export const supervisorScript = (options: ScriptOptions): string =>
  CLEANING +
  scriptHeader({
    fbf_nonce: options.nonce,
    fbf_tick: Math.max(1, Math.floor(options.away / 5)),
    fbf_limit: Math.ceil(options.away),
    fbf_deadline: Math.ceil(options.deadline),
    fbf_first: options.sweep ? 1 : '',
    fbf_signal: options.stop,
    fbf_grace: Math.ceil(options.grace),
    fbf_serves: options.serves ? 1 : '',
    FBF_PROGRAM: options.program,
  }) +
  hostProgram('src/lib/supervisor/supervisor.sh');
