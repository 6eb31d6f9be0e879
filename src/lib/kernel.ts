/** The global symbol through which the library finds what runs it (kernel, CLI, a plain script). */
export const KERNEL = Symbol.for('fast-by-friday.kernel');

/** A MIME bundle: MIME type to data, as Jupyter messaging carries it. */
export type Bundle = Readonly<Record<string, unknown>>;

/** Under this symbol a bundle carries its output's metadata: MIME type to what is known of it, as a picture's alt text. */
export const METADATA = Symbol.for('fast-by-friday.metadata');

/** What a running kernel offers the library; the CLI offers the same as plain text. */
export interface Kernel {
  /** Shows a bundle, with the metadata that it carries, under the cell that is running; with `id` it can be replaced later. */
  display(bundle: Bundle, options?: { readonly id?: string; readonly metadata?: Bundle }): void;
  /** Replaces what was shown under `id`. */
  update(id: string, bundle: Bundle, options?: { readonly metadata?: Bundle }): void;
  /** Asks the user; rejects at once (kind 'auth') if the front end cannot ask. Passwords are never echoed or stored. */
  prompt(text: string, options?: { readonly password?: boolean }): Promise<string>;
  /** The kernel's connection file: the same after a restart, deleted at shutdown. */
  readonly file: string | undefined;
  /** Aborted when the running cell is interrupted. */
  readonly signal: AbortSignal;
  /**
   * Declares that the running cell waits for a capture: its first interrupt calls `stop` instead of ending the cell,
   * which then goes on with the data captured so far; a second one ends the cell. Returns a function that cancels
   * this.
   */
  awaiting(stop: () => void): () => void;
  /** Declares that a capture runs, awaited or not; returns a function to be called when it has ended. */
  capturing(): () => void;
  /** Opens a comm to the front end. */
  comm(target: string, data: unknown): Comm;
  /** Registers live names for completion, e.g. pids of the connected host; returns a function that cancels this. */
  complete(completer: LiveCompleter): () => void;
}

export interface Comm {
  send(data: unknown): void;
  onMessage(listener: (data: unknown) => void): void;
  close(): void;
}

/** Offers values for a position such as `of: { name: '|'`; `kind` is the column reference (pid, cgroup, device ...). */
export type LiveCompleter = (ask: {
  readonly kind: string;
  readonly prefix: string;
}) => Promise<readonly { readonly value: string; readonly doc: string }[]>;

/** The kernel that runs this code, or undefined in a plain script. */
export const currentKernel = (): Kernel | undefined => (globalThis as { [KERNEL]?: Kernel })[KERNEL];
