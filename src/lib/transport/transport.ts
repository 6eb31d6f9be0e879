/** What a finished command says. A non-zero status is a result, not an error. */
export interface Finished {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** A long-running remote process: its output as it comes, its standard input as its lifeline. */
export interface Running {
  readonly output: AsyncIterable<Uint8Array>;
  write(text: string): void;
  /** Closes standard input: the process ends by itself and what it still says arrives through `output`. */
  end(): void;
  /** Resolves when the channel is closed. */
  readonly done: Promise<{ readonly status: number | undefined; readonly stderr: string }>;
}

/** What every transport promises (test/host/transport.test.ts holds them all to it). */
export interface Transport {
  readonly url: string;
  /** Runs a POSIX sh script in the long-lived control channel; one at a time, in order. */
  sh(script: string, options?: { readonly timeout?: number; readonly signal?: AbortSignal }): Promise<Finished>;
  /** Starts a POSIX sh script on a channel of its own. */
  start(script: string): Promise<Running>;
  close(): Promise<void>;
}
