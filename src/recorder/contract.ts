import type { HostFacts, Manifest } from '../lib/recording/format.ts';
import type { Recipe, Warning } from '../lib/sources/source.ts';
import type { Audit, Snapshot } from '../lib/supervisor/audit.ts';
import type { CanUse } from '../lib/supervisor/facts.ts';
import type { Finished } from '../lib/transport/transport.ts';

export type { Audit, Leftover, Snapshot } from '../lib/supervisor/audit.ts';
export type { CanUse } from '../lib/supervisor/facts.ts';

/** What somebody is asked: `text` is the program's own question (host text: print it escaped); `secret` answers are never echoed. */
export interface Question {
  readonly about: 'password' | 'passphrase' | 'code' | 'host-key' | 'sudo';
  readonly text: string;
  readonly secret: boolean;
}

/** Answers a question; rejects where the person will not. Nothing that it says is kept. */
export type Prompt = (question: Question) => Promise<string>;

export interface RecorderOptions {
  /** Whom to ask; without it everything that would ask fails at once with kind 'auth' (or 'host-key'). */
  readonly prompt?: Prompt | undefined;
  /** Ends connecting, and then nothing more: runs are stopped by themselves. */
  readonly signal?: AbortSignal | undefined;
  /** Seconds without a word from the recorder after which everything on the host ends by itself; 15 unless told otherwise. */
  readonly away?: number | undefined;
  /** Seconds that the recorder outlives its last owner, so that a restarted kernel can attach; 0 unless told otherwise. */
  readonly linger?: number | undefined;
  /** Another ssh_config than the user's, as `ssh -F`; FBF_SSH_CONFIG unless told otherwise. */
  readonly sshConfig?: string | undefined;
}

/** What to record: recipes by source name, each at its own rate. */
export interface Order {
  /** The recording's folder; made by the recorder, must not exist or be empty. */
  readonly dir: string;
  readonly sources: readonly { readonly name: string; readonly recipe: Recipe; readonly hz?: number }[];
  readonly seconds: number;
  /** Samples a second of the per-process sources at most; the budget may lower it, the achieved rate is in the manifest. */
  readonly processHz?: number;
  /** Share of one CPU that our processes may use on the host (0.02 unless told otherwise); process sweeps slow down to keep it. */
  readonly maxCpu?: number;
  /** Bytes that the recording may reach; it then ends as cut. */
  readonly maxBytes?: number;
  /** Runs the sampler as root through sudo where the host allows it; without it as the login user. */
  readonly sudo?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a recording is: seconds since its start, samples and bytes until now. Told about four times a second. */
export interface Progress {
  readonly seconds: number;
  readonly of: number;
  readonly samples: number;
  readonly bytes: number;
  readonly warnings: readonly Warning[];
}

/** A recording that runs. It runs on when nobody awaits it. */
export interface RecordingRun {
  readonly dir: string;
  readonly progress: Progress | undefined;
  /** Resolves with the manifest when the recording is closed, complete or cut; rejects only where nothing could be recorded. */
  readonly done: Promise<Manifest>;
  /** Ends it now: what was recorded stays, marked as cut. Resolves when it is closed. */
  stop(): Promise<Manifest>;
}

/** What a command wrote (the first 64 MB of its output, the last 64 KB of its errors) and how it ended. */
export interface CommandResult extends Finished {
  /** Why and when it was stopped before it ended by itself, as a sentence. */
  readonly cut?: string;
}

/** A connected host: the one thing through which the library touches it. */
export interface RecorderClient {
  readonly url: string;
  readonly facts: HostFacts;
  readonly tools: Readonly<Record<string, string>>;
  readonly can: readonly CanUse[];
  /** What was odd while connecting, leftovers that were swept included. */
  readonly warnings: readonly Warning[];
  /** Unix socket of the recorder: `attachRecorder(socket)` gives the same client in another process. */
  readonly socket: string;
  /** Runs a short POSIX sh script in the control channel (a round trip); for our own scripts: it must end by itself. */
  sh(script: string, options?: { readonly timeout?: number; readonly signal?: AbortSignal }): Promise<Finished>;
  /** Runs a POSIX sh script under the supervisor for at most `seconds` (60): nothing of it outlives that, or us. */
  run(
    script: string,
    options?: { readonly seconds?: number; readonly sudo?: boolean; readonly signal?: AbortSignal },
  ): Promise<CommandResult>;
  record(order: Order): RecordingRun;
  /** What is left of us there, and settings that changed since the connect, or since `before` (an earlier `snapshot`). */
  audit(before?: Snapshot): Promise<Audit>;
  /** Ends what runs (recordings are closed as cut), the connection and the recorder process. */
  close(): Promise<void>;
}

/** Starts a recorder process and connects it to a host: kinds unreachable, auth, host-key, not-allowed, usage. */
export type StartRecorder = (url: string, options?: RecorderOptions) => Promise<RecorderClient>;

/** Attaches to a recorder that runs already and holds it open; kind 'unreachable' where it has ended. */
export type AttachRecorder = (socket: string, options?: Pick<RecorderOptions, 'prompt'>) => Promise<RecorderClient>;
