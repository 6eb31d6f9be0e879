import type { Process } from '../api.ts';
import type { Recipe, Warning } from '../sources/source.ts';

/** A moment on every clock of the host and on the notebook's own, with the error of their relation (half a round trip). */
export interface ClockPair {
  readonly monotonic: number;
  readonly boottime: number;
  readonly realtime: number;
  readonly notebook: number;
  readonly error: number;
}

export interface HostFacts {
  /** The URL as the user gave it, without any password. */
  readonly url: string;
  readonly hostname: string;
  readonly kernel: string;
  readonly arch: string;
  readonly os: string;
  readonly bootId: string;
  readonly cpus: number;
  readonly pageSize: number;
  /** USER_HZ. */
  readonly ticks: number;
  readonly memory: number;
  readonly user: string;
}

/** Who a process was. `started` is in clock ticks since boot here, as in /proc/PID/stat; answers have it in seconds. */
export type ProcessFact = Readonly<Process>;

/** What our presence cost the host: CPU seconds of our processes and the ssh session, peak bytes, bytes sent. Measured. */
export interface OverheadFact {
  readonly cpu: number;
  readonly memory: number;
  readonly bytes: number;
  readonly wall: number;
}

export interface SourceFact {
  readonly recipe: Recipe;
  readonly status: 'ok' | 'partial' | 'failed';
  /** Why it is not ok, in a sentence. */
  readonly reason?: string;
  readonly warnings: readonly Warning[];
  /** Samples a second: asked for and achieved. */
  readonly asked: number;
  readonly achieved: number;
  readonly samples: number;
  readonly lost: number;
  /** The tool that read it on the host: 'perl', 'tail', 'cat'. */
  readonly tool: string;
}

/** How much of the host's network namespaces was seen. */
export interface NamespaceFact {
  /** Only the login's own: the sampler's form cannot enter others. */
  readonly ownOnly: boolean;
  /** Processes whose namespace could not be told, of how many. */
  readonly unread: number;
  readonly of: number;
}

/** manifest.json. Rewritten by rename, at least every 10 s while recording. */
export interface Manifest {
  readonly format: 1;
  /** open: being written; complete: ran its whole window; cut: ended before that, what is there is valid. */
  readonly status: 'open' | 'complete' | 'cut';
  /** Why it was cut, as a clause: 'the host stopped answering'. */
  readonly reason?: string;
  /** Seconds that were asked for; absent in old recordings. */
  readonly seconds?: number;
  readonly host: HostFacts;
  readonly tools: Readonly<Record<string, string>>;
  readonly clocks: readonly ClockPair[];
  readonly processes: readonly ProcessFact[];
  readonly sources: Readonly<Record<string, SourceFact>>;
  readonly overhead: OverheadFact;
  /** Absent in old recordings, and where nothing was read per network namespace. */
  readonly namespaces?: NamespaceFact;
  readonly warnings: readonly Warning[];
}
