import type { FridayError } from '../errors.ts';

/** Output of a finished command. A non-zero status is a result, not an error. */
export interface Finished {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** A long-running remote process with its output as it arrives; it ends when its standard input closes. */
export interface Running {
  /** Must be read, or the process blocks, as on any pipe. */
  readonly output: AsyncIterable<Uint8Array>;
  write(text: string): void;
  /** Closes standard input: the process ends by itself, and its remaining output still arrives through `output`. */
  end(): void;
  /** Closes the channel at once and drops its output; the process sees its input close. */
  kill(): void;
  /** Resolves when the channel is closed; `stderr` is its last 64 KB. */
  readonly done: Promise<{ readonly status: number | undefined; readonly stderr: string }>;
}

export interface ShOptions {
  /** Milliseconds until the script is killed and the call fails with kind 'interrupted'; default 30,000. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Makes the channel the script's standard input (otherwise /dev/null) and gets its output as it arrives: for
   * programs that answer lines, such as a clock.
   */
  readonly talk?: ((heard: string, say: (text: string) => void) => void) | undefined;
}

/** What every transport must do (test/host/transport.test.ts tests them all). */
export interface Transport {
  readonly url: string;
  /** Runs a POSIX sh script in the control channel; one at a time, in order. Variables that it sets are not kept. */
  sh(script: string, options?: ShOptions): Promise<Finished>;
  /** Starts a POSIX sh script on its own channel; `onStderr` gets its standard error as it arrives. */
  start(script: string, options?: { readonly onStderr?: (text: string) => void }): Promise<Running>;
  /** Whether the user is being asked for what a channel needs that got a connection of its own. */
  asks(): boolean;
  /** Resolves when the connection is lost, with the reason; undefined after `close()`. */
  readonly gone: Promise<FridayError | undefined>;
  close(): Promise<void>;
}

/** Seconds of silence after which the host's side ends. */
export const AWAY = 15;

/** Shows the user a prompt of ssh or sudo; `text` is the program's own. Rejects when the user refuses to answer. */
export type Prompter = (text: string) => Promise<string>;

export interface TransportOptions {
  /** Prompts the user. If it is absent, what needs a prompt fails at once with kind 'auth' or 'host-key'. */
  readonly prompter?: Prompter | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Seconds without a message from us after which our processes on the host end by themselves; default 15. */
  readonly away?: number | undefined;
  /** An ssh_config instead of the user's, as `ssh -F`. */
  readonly sshConfig?: string | undefined;
  /** Sent with the greeting, which saves a round trip; its answer is `Opened.first`. */
  readonly first?: string | undefined;
}

/** A connected transport, and the output of its first script. */
export interface Opened {
  readonly transport: Transport;
  readonly first: Finished;
}
