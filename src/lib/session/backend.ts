import type { CheckRow } from '../api.ts';
import type { HostFacts, Manifest } from '../recording/format.ts';
import type { Recording } from '../recording/recording.ts';
import type { Asked } from './names.ts';
import type { FoundProcess } from './processes.ts';

/** What is recorded for one call of ask. */
export interface Need {
  readonly sources: readonly string[];
  readonly seconds: number;
  readonly hz: number;
  /** Read as root through sudo where the host allows it. */
  readonly sudo: boolean;
  readonly maxCpu?: number | undefined;
  readonly maxBytes?: number | undefined;
}

export interface Progress {
  readonly seconds: number;
  readonly of: number;
  readonly say: string;
}

/** A window that is being recorded, or was. */
export interface Run {
  /** Opens as soon as something is there; it grows until `done`. */
  readonly recording: Promise<Recording>;
  /** The closed recording's manifest; rejects only where nothing could be recorded. */
  readonly done: Promise<Manifest>;
  stop(): void;
}

export interface Left {
  readonly kind: string;
  readonly left: string;
}

/** What a host prints of itself. */
export interface About {
  readonly host: HostFacts;
  /** 'connected 2026-11-28 19:00:05 UTC', 'recorded ... for 60 s'. */
  readonly when: string;
  readonly cut?: string;
}

/** One host as the session uses it: live through a recorder, or what a recording says of it. */
export interface Backend {
  readonly url: string;
  readonly live: boolean;
  readonly about: About;
  run(need: Need, onProgress: (progress: Progress) => void): Run;
  processes(): Promise<readonly FoundProcess[]>;
  /** What can be asked of it; changes nothing. */
  check(wanted: ReadonlyMap<string, Asked>): Promise<readonly Omit<CheckRow, 'host'>[]>;
  audit(): Promise<readonly Left[]>;
  close(): Promise<void>;
}
