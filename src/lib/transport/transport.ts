import type { FridayError } from '../errors.ts';

/** What a finished command says. A non-zero status is a result, not an error. */
export interface Finished {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** A long-running remote process: its output as it comes, its standard input as its lifeline. */
export interface Running {
  /** Read it or the process blocks, as on any pipe. */
  readonly output: AsyncIterable<Uint8Array>;
  write(text: string): void;
  /** Closes standard input: the process ends by itself and what it still says arrives through `output`. */
  end(): void;
  /** Drops the channel at once, output included; the other side sees its input end. */
  kill(): void;
  /** Resolves when the channel is closed; `stderr` is its last 64 KB. */
  readonly done: Promise<{ readonly status: number | undefined; readonly stderr: string }>;
}

export interface ShOptions {
  /** Milliseconds until the script is killed and the call fails with kind 'interrupted'; 30,000 unless told otherwise. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Gives the script the channel as its standard input (else /dev/null) and hears its output as it comes: for
   * programs that answer lines, such as a clock.
   */
  readonly talk?: ((heard: string, say: (text: string) => void) => void) | undefined;
}

/** What every transport promises (test/host/transport.test.ts holds them all to it). */
export interface Transport {
  readonly url: string;
  /** Runs a POSIX sh script in the long-lived control channel; one at a time, in order. Nothing that it sets stays. */
  sh(script: string, options?: ShOptions): Promise<Finished>;
  /** Starts a POSIX sh script on a channel of its own; `onStderr` hears its standard error as it comes. */
  start(script: string, options?: { readonly onStderr?: (text: string) => void }): Promise<Running>;
  /** Resolves when the connection is gone, with the reason; undefined after `close()`. */
  readonly gone: Promise<FridayError | undefined>;
  close(): Promise<void>;
}

/** Seconds of silence that the host's side bears. */
export const AWAY = 15;

/** Answers what ssh or sudo asks: `text` is the program's own question. Rejects where the person will not answer. */
export type Ask = (text: string) => Promise<string>;

export interface TransportOptions {
  /** Whom to ask; without it everything that would ask fails at once with kind 'auth' or 'host-key'. */
  readonly ask?: Ask | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Seconds without a word from us after which what we started on the host ends by itself; 15 unless told otherwise. */
  readonly away?: number | undefined;
  /** An ssh_config instead of the user's, as `ssh -F`. */
  readonly sshConfig?: string | undefined;
  /** Sent with the greeting, so that its answer costs no round trip of its own: `Opened.first`. */
  readonly first?: string | undefined;
}

/** A transport that is connected, and what its first script said. */
export interface Opened {
  readonly transport: Transport;
  readonly first: Finished;
}
