import type { Calibration, HostFacts, Manifest } from '../lib/recording/format.ts';
import type { RecordedWarning } from '../lib/recording/warning.ts';
import type { Program } from '../lib/sources/program.ts';
import type { Recipe } from '../lib/sources/source.ts';
import type { Audit, Snapshot } from '../lib/supervisor/audit.ts';
import type { Access } from '../lib/supervisor/facts.ts';
import type { Finished } from '../lib/transport/transport.ts';

export type { Audit, Leftover, Snapshot } from '../lib/supervisor/audit.ts';
export type { Access } from '../lib/supervisor/facts.ts';

/**
 * A prompt of ssh or sudo: `text` is the program's own (host text: print it escaped); never echo `secret` answers.
 */
export interface Prompt {
  readonly about: 'password' | 'passphrase' | 'code' | 'host-key' | 'sudo';
  readonly text: string;
  readonly secret: boolean;
}

/** Shows a prompt to the user; rejects when the user refuses. The answer is not stored. */
export type PromptUser = (prompt: Prompt) => Promise<string>;

export interface RecorderOptions {
  /** Prompts the user. If it is absent, what needs a prompt fails at once with kind 'auth' (or 'host-key'). */
  readonly promptUser?: PromptUser | undefined;
  /** Aborts connecting; later it has no effect, since runs have their own stop. */
  readonly signal?: AbortSignal | undefined;
  /** Seconds without a message from the recorder after which everything on the host ends by itself; default 15. */
  readonly away?: number | undefined;
  /**
   * The connection file of the kernel that connects: it is the same after a restart and deleted at shutdown. If the
   * process ends while a recording runs and this file exists, the recorder waits for the kernel to attach.
   */
  readonly kernel?: string | undefined;
  /** Seconds that the recorder waits then; default 60. */
  readonly linger?: number | undefined;
  /** An ssh_config other than the user's, as `ssh -F`; default FBF_SSH_CONFIG. */
  readonly sshConfig?: string | undefined;
}

/** A program that is to run beside the sampler: the first of its ways that the host can start. */
export interface ProgramOrder {
  /** Its name in the recording: that of the question. */
  readonly name: string;
  readonly ways: readonly Program[];
  /** Ways that this host cannot walk, and why: they stand in the manifest before those that were tried. */
  readonly skipped?: readonly { readonly tool: string; readonly why: string }[];
  /** How costs per event apply to the host, for the manifest. */
  readonly calibration?: Calibration;
  /** Set if it is the caller's own program, which may end by itself: then the window ends, whatever its exit status. */
  readonly own?: OwnProgram;
}

/** What holds for a program of the caller's own. */
export interface OwnProgram {
  /** It counts as attached with its first output, as a tracer; otherwise once it runs. */
  readonly attaches: boolean;
  /** Bytes of output at which it is stopped; the rest is left out. */
  readonly maxBytes: number;
}

/** What came of a try to attach a program. */
export interface Tried {
  /** The way that attached, and after how many seconds; absent if none did. */
  readonly program?: Program;
  readonly seconds?: number;
  /** The ways that did not attach before it, and why: the tool's own words. */
  readonly refused: readonly { readonly tool: string; readonly why: string }[];
  /** That sudo failed, so that the login tried it. */
  readonly warnings: readonly string[];
}

/** What to record: recipes by source name, each at its own rate; and programs. */
export interface Order {
  /** The recording's folder, absent or empty; the recorder creates it. */
  readonly dir: string;
  readonly sources: readonly { readonly name: string; readonly recipe: Recipe; readonly hz?: number }[];
  /** Start before the sampler: the window begins when all are attached. */
  readonly programs?: readonly ProgramOrder[];
  readonly seconds: number;
  /**
   * Highest rate of per-process sources in samples per second; `maxCpu` may lower it. The manifest has the real one.
   */
  readonly processHz?: number;
  /**
   * Share of one CPU that our processes may use on the host (default 0.02); sweeps over processes slow down to keep
   * it. A program that uses more (default 0.05; of the caller's own programs only what is given) is stopped.
   */
  readonly maxCpu?: number;
  /** Bytes of memory that a program may use on the host; then it is stopped. */
  readonly maxMemory?: number;
  /** Largest size of the recording in bytes; then it is cut. */
  readonly maxBytes?: number;
  /** Runs the sampler as root through sudo if the host allows it, otherwise as the login user. */
  readonly sudo?: boolean;
  /** Java processes in a profile may be told to write the names of their compiled code, after the capture. */
  readonly debugger?: boolean;
  /** Why root was wanted and sudo is not tried: the recording says so. */
  readonly asLogin?: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** Progress of a recording: seconds since its start, samples and bytes so far. Sent about four times a second. */
export interface Progress {
  readonly seconds: number;
  readonly of: number;
  readonly samples: number;
  readonly bytes: number;
  readonly warnings: readonly RecordedWarning[];
}

/** A recording in progress. It goes on even if nothing awaits it. */
export interface RecordingRun {
  readonly dir: string;
  readonly progress: Progress | undefined;
  /** Resolves with the manifest when the recording is closed, complete or cut; rejects only if nothing was recorded. */
  readonly done: Promise<Manifest>;
  /** Ends it now: the recorded part stays, marked as cut. Resolves when it is closed. */
  stop(): Promise<Manifest>;
}

/** A recording that another process started, which has ended since. */
export interface Running {
  readonly dir: string;
  /** Seconds recorded so far, and its window. */
  readonly seconds: number;
  readonly of: number;
}

/** What a command wrote (the first 64 MB of its output, the last 64 KB of its errors), and how it ended. */
export interface CommandResult extends Finished {
  /** Why and when the command was stopped before it ended by itself, as a sentence. */
  readonly cut?: string;
}

/** A connected host: everything that the library does on the host goes through this. */
export interface RecorderClient {
  readonly url: string;
  readonly facts: HostFacts;
  /** Path of each tool that the host has; the manifest of a recording has versions. */
  readonly tools: Readonly<Record<string, string>>;
  readonly access: Access;
  /** Warnings of the connect, including leftovers that were removed. */
  readonly warnings: readonly RecordedWarning[];
  /** The recordings that ran when this process attached; none if it started the recorder. */
  readonly running: readonly Running[];
  /** Runs a short POSIX sh script of our own in the control channel (one round trip); it must end by itself. */
  sh(script: string, options?: { readonly timeout?: number; readonly signal?: AbortSignal }): Promise<Finished>;
  /** Runs a POSIX sh script under the supervisor for at most `seconds` (60); then it and all its children are ended. */
  run(
    script: string,
    options?: { readonly seconds?: number; readonly sudo?: boolean; readonly signal?: AbortSignal },
  ): Promise<CommandResult>;
  /** Versions of the tools that answers use; they are read right after the connect. */
  versions(): Promise<Readonly<Record<string, string>>>;
  record(order: Order): RecordingRun;
  /** Attaches a program for a moment, under the supervisor, and records nothing: whether it can run, and its words if not. */
  try(order: ProgramOrder, options?: { readonly sudo?: boolean; readonly signal?: AbortSignal }): Promise<Tried>;
  /** Finds our leftovers, and settings that changed since the connect or since `before` (an earlier `snapshot`). */
  audit(before?: Snapshot): Promise<Audit>;
  /** Ends all runs (recordings are closed as cut), the connection and the recorder process. */
  close(): Promise<void>;
}

/** Starts a recorder process and connects it to a host: kinds unreachable, auth, host-key, not-allowed, usage. */
export type StartRecorder = (url: string, options?: RecorderOptions) => Promise<RecorderClient>;

/** Attaches to the recorder that waits for this kernel to connect to this host again; undefined if none does. */
export type AttachRecorder = (url: string, options?: RecorderOptions) => Promise<RecorderClient | undefined>;
