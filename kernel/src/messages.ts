import type { Diagnostic } from './language/language.ts';

/** Messages between the two processes. `cell` is the unique number of an execution. */
type Json = Record<string, unknown>;

export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export interface Rendered {
  readonly data: Json;
  readonly metadata: Json;
}

export type ExpressionResult = ({ readonly status: 'ok' } & Rendered) | ({ readonly status: 'error' } & Failure);

export interface RunMessage {
  readonly kind: 'run';
  readonly cell: number;
  readonly name: string;
  readonly source: string;
  readonly silent: boolean;
  readonly stdin: boolean;
  readonly expressions: Readonly<Record<string, string>>;
  /** Compile now, then wait for `go` or `drop` while the types are being checked. */
  readonly hold: boolean;
}

export type CommKind = 'comm_open' | 'comm_msg' | 'comm_close';

export type ToUser =
  | RunMessage
  | { readonly kind: 'go' | 'drop'; readonly cell: number }
  | { readonly kind: 'interrupt'; readonly serial: number }
  | { readonly kind: 'input'; readonly ask: number; readonly value?: string }
  | { readonly kind: 'live'; readonly ask: number; readonly of: string; readonly prefix: string }
  | { readonly kind: CommKind; readonly cell: number; readonly content: Json };

export type Outcome =
  | { readonly status: 'ok'; readonly result?: Rendered | undefined }
  | ({ readonly status: 'error' } & Failure)
  | { readonly status: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

export interface DoneMessage {
  readonly kind: 'done';
  readonly cell: number;
  readonly outcome: Outcome;
  readonly expressions: Readonly<Record<string, ExpressionResult>>;
  readonly payload: readonly Json[];
  /** The mark before which the text of descriptors 1 and 2 comes first. */
  readonly barrier: number;
}

export type FromUser =
  | DoneMessage
  | { readonly kind: 'ready' }
  /** The thread that can stop a busy main thread has started. */
  | { readonly kind: 'watched' }
  /** An interrupt was handled; the cells `kept` go on with the data captured so far. */
  | { readonly kind: 'interrupted'; readonly serial: number; readonly kept: readonly number[] }
  | { readonly kind: 'barrier'; readonly barrier: number }
  | { readonly kind: 'stream'; readonly cell: number; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly kind: 'display';
      readonly cell: number;
      readonly type: 'display_data' | 'update_display_data';
      readonly content: Json;
    }
  | { readonly kind: 'clear'; readonly cell: number; readonly wait: boolean }
  | { readonly kind: 'late'; readonly cell: number; readonly failure: Failure }
  | {
      readonly kind: 'input';
      readonly cell: number;
      readonly ask: number;
      readonly text: string;
      readonly password: boolean;
    }
  | { readonly kind: 'live'; readonly ask: number; readonly values: readonly { value: string; doc: string }[] }
  | { readonly kind: 'child'; readonly pid: number }
  | { readonly kind: 'exit'; readonly cell: number; readonly code: number }
  | { readonly kind: CommKind; readonly cell: number; readonly content: Json; readonly metadata?: Json };
