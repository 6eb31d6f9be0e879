/** What went wrong, in one word that a caller can branch on. */
export type ErrorKind =
  | 'usage' // the caller's argument: a wrong name, option or unit
  | 'input' // a file or a tool's output that has another format
  | 'unreachable' // no connection: refused, no route, timed out, name not found
  | 'auth' // the host refused the key, password or code, or the user could not be asked
  | 'host-key' // the host's key is unknown or has changed
  | 'host-gone' // the connection was lost while something ran
  | 'not-allowed' // the host forbids it: permission, lockdown, sudo
  | 'missing' // a tool, a file or a feature that the host lacks
  | 'over-limit' // it would use more of the host than the limits of the caller, or of the host, allow
  | 'disk-full'
  | 'interrupted'
  | 'recording' // a recording that is damaged, locked or of an unknown format version
  | 'internal';

/**
 * The only error type. `message` is "where: expected X, got Y"; `next` says what to do; `seen` is the text that caused
 * the error, shortened. Text of a host in `seen` must only ever be shown as plain text.
 */
export class FridayError extends Error {
  readonly kind: ErrorKind;
  /** The message without `next`. */
  readonly what: string;
  readonly next: string;
  readonly seen: string | undefined;

  constructor(
    kind: ErrorKind,
    message: string,
    { next, seen, cause }: { next: string; seen?: string | undefined; cause?: unknown },
  ) {
    super(`${message}\n${next}`, cause === undefined ? undefined : { cause });
    this.name = 'FridayError';
    this.kind = kind;
    this.what = message;
    this.next = next;
    this.seen = seen;
  }
}
