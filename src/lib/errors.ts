/** What went wrong, in one word that a caller can branch on. */
export type ErrorKind =
  | 'usage' // the caller's argument: a wrong name, option or unit
  | 'input' // a file or a tool's output that cannot be read as what it claims to be
  | 'unreachable' // no connection: refused, no route, timed out, name not found
  | 'auth' // the host refused the key, password or code, or nobody could be asked
  | 'host-key' // the host's key is unknown or has changed
  | 'host-gone' // the host or the link went away while something ran
  | 'not-allowed' // the host forbids it: permission, lockdown, sudo
  | 'missing' // a tool, a file or a feature that the host lacks
  | 'disk-full'
  | 'interrupted'
  | 'recording' // a recording that is damaged, locked or of an unknown format version
  | 'internal';

/**
 * The one error type. `message` says "where: expected, got"; `next` says what to do; `seen` is what was seen, shortened,
 * for the report. Host strings in `seen` are text and nothing else.
 */
export class FridayError extends Error {
  readonly kind: ErrorKind;
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
    this.next = next;
    this.seen = seen;
  }
}
