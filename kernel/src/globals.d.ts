/** A MIME bundle: MIME type to data; bytes may be a Uint8Array. */
interface JupyterBundle {
  readonly [mime: string]: unknown;
}

interface JupyterComm {
  readonly id: string;
  send(data: unknown, options?: { metadata?: object; buffers?: readonly Uint8Array[] }): void;
  onMessage(listener: (data: unknown, buffers: readonly Uint8Array[]) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** The notebook that runs this cell. */
declare const jupyter: {
  /** Shows a MIME bundle under this cell; with `id` it can be replaced later. */
  display(bundle: JupyterBundle, options?: { id?: string; metadata?: JupyterBundle }): void;
  /** Shows a value as if it were the last line of a cell; returns its display id. */
  show(value: unknown, options?: { id?: string; metadata?: JupyterBundle }): Promise<string>;
  /** Replaces what was shown under `id`. */
  update(id: string, bundle: JupyterBundle, options?: { metadata?: JupyterBundle }): void;
  /** Clears this cell's output; with `wait`, only when new output arrives. */
  clear(options?: { wait?: boolean }): void;
  /** Opens the pager with a text or a MIME bundle. */
  page(content: string | JupyterBundle): void;
  /** Asks the user; rejects at once if the front end cannot ask. A password is not echoed. */
  prompt(text: string, options?: { password?: boolean }): Promise<string>;
  /** Opens a comm to the front end. */
  comm(target: string, data?: unknown, buffers?: readonly Uint8Array[]): JupyterComm;
  /** Answers comms that the front end opens to `target`. */
  onComm(target: string, opened: (comm: JupyterComm, data: unknown, buffers: readonly Uint8Array[]) => void): void;
  /** Aborted when this cell is stopped. */
  readonly signal: AbortSignal;
};
