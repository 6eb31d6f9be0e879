/**
 * A program that runs on the host while a recording lasts, as data: nothing here starts it. The supervisor sends `stop`
 * at the end of the recording and kills the program `grace` seconds later.
 */
export interface Program {
  /** The tool as package managers and `check` call it: 'perf', 'bpftrace'. */
  readonly tool: string;
  /** Never a shell string. */
  readonly argv: readonly string[];
  /** Text for the program's standard input; undefined: /dev/null. */
  readonly input?: string;
  /** Behind sudo, which drops variables: `sudo env NAME=VALUE ...`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The same as one would type it, if `argv` does not show what it does. */
  readonly typed?: string;
  readonly stop: 'INT' | 'TERM';
  /** Seconds that the tool may take for its last words after `stop`. */
  readonly grace: number;
}

/** What a program observes: some processes, or a cgroup with all below it; undefined: the whole host. */
export type Target =
  | { readonly pids: readonly number[] }
  /** `path` in the cgroup file system, `id` its inode number there. */
  | { readonly cgroup: { readonly path: string; readonly id: number } };

/** The processes that a target names; none if it is a cgroup or the whole host. */
export const targetPids = (target: Target | undefined): readonly number[] =>
  target !== undefined && 'pids' in target ? target.pids : [];
