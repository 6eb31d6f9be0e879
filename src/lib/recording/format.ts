import type { Process } from '../api.ts';
import type { Program } from '../sources/program.ts';
import type { Recipe } from '../sources/source.ts';
import type { RecordedWarning } from './warning.ts';

/** One moment on all clocks of the host and on that of your machine, with the error (half the round trip). */
export interface ClockPair {
  readonly monotonic: number;
  readonly boottime: number;
  readonly realtime: number;
  readonly notebook: number;
  readonly error: number;
}

export interface HostFacts {
  /** The URL as the user gave it, without a password. */
  readonly url: string;
  readonly hostname: string;
  readonly kernel: string;
  readonly arch: string;
  readonly os: string;
  readonly bootId: string;
  readonly cpus: number;
  readonly pageSize: number;
  /** USER_HZ of the host. */
  readonly ticks: number;
  readonly memory: number;
  readonly user: string;
}

/** A process. Here `started` is in clock ticks since boot, as in /proc/PID/stat; in answers it is in seconds. */
export type ProcessFact = Readonly<Process>;

/** Measured cost of our processes and the ssh session on the host: CPU seconds, peak bytes, bytes sent. */
export interface OverheadFact {
  readonly cpu: number;
  readonly memory: number;
  readonly bytes: number;
  readonly wall: number;
}

export interface SourceFact {
  readonly recipe: Recipe;
  readonly status: 'ok' | 'partial' | 'failed';
  /** Files that could not be read, the first few, with the reason that the host gave; `more`: how many others. */
  readonly missing?: readonly { readonly path: string; readonly why: string }[];
  readonly more?: number;
  readonly warnings: readonly RecordedWarning[];
  /** Samples per second: asked for, and achieved. */
  readonly asked: number;
  readonly achieved: number;
  readonly samples: number;
  readonly lost: number;
  /** The tool on the host that read it: 'perl', 'tail', 'cat'. */
  readonly tool: string;
}

/** How many of the host's network namespaces were read. */
export interface NamespaceFact {
  /** Only the login's own namespace, since this form of the sampler cannot read others. */
  readonly ownOnly: boolean;
  /** Processes whose namespace could not be read, and the number of all processes. */
  readonly unread: number;
  readonly of: number;
}

/** How the costs per event of tracers apply to a host. */
export interface Calibration {
  /** By how much kernel work takes longer there than where the costs were measured. */
  readonly scale: number;
  /** How that was measured, or that it was not. */
  readonly say: string;
}

/** A program that ran on the host beside the sampler. Its output is in the folder as the tool wrote it. */
export interface ProgramFact {
  readonly program: Program;
  /**
   * ok: it ran until it was asked to stop, or ended by itself without an error; failed: none of the ways could be started,
   * or it ended with an error; cut: it ended with the recording, before its last output.
   */
  readonly status: 'running' | 'ok' | 'failed' | 'cut';
  /** Why it failed or was cut, as a clause. */
  readonly why?: string;
  /** When it was attached, and when it had ended, in seconds since the recording's start. */
  readonly began: number;
  readonly ended?: number;
  readonly exit?: number;
  /** It ran until the supervisor asked it to stop; otherwise it ended by itself, or before this was recorded. */
  readonly stopped?: true;
  /** Bytes of output. */
  readonly bytes: number;
  /** CPU seconds and peak bytes on the host. */
  readonly cpu: number;
  readonly memory: number;
  /** What of its symbols could not be fetched. */
  readonly warnings?: readonly RecordedWarning[];
  /** The ways that were tried before this one, and why each did not start. */
  readonly refused: readonly { readonly tool: string; readonly why: string }[];
  /** How its costs per event apply to the host; absent in older recordings. */
  readonly calibration?: Calibration;
}

/** manifest.json; replaced by rename, at least every 10 s while recording. */
export interface Manifest {
  readonly format: 1;
  /** open: being written; complete: ran its whole window; cut: ended earlier, the recorded part is valid. */
  readonly status: 'open' | 'complete' | 'cut';
  /** Why the recording was cut, as a clause: 'the host stopped answering'. */
  readonly reason?: string;
  /** The window in seconds; absent in old recordings. */
  readonly seconds?: number;
  readonly host: HostFacts;
  readonly tools: Readonly<Record<string, string>>;
  readonly clocks: readonly ClockPair[];
  readonly processes: readonly ProcessFact[];
  readonly sources: Readonly<Record<string, SourceFact>>;
  /** By name; absent if no program ran. */
  readonly programs?: Readonly<Record<string, ProgramFact>>;
  readonly overhead: OverheadFact;
  /** Absent in old recordings, and if nothing was read per network namespace. */
  readonly namespaces?: NamespaceFact;
  readonly warnings: readonly RecordedWarning[];
}
