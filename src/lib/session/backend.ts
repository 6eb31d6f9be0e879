import type { CheckRow, PlanRow, Selection, TargetRow } from '../api.ts';
import type { ProgramOptions } from '../questions/way.ts';
import type { HostFacts, Manifest } from '../recording/format.ts';
import type { Recording } from '../recording/recording.ts';
import type { Sudo } from './check/sudo.ts';
import type { Asked } from './names.ts';
import type { FoundProcess } from './processes.ts';
import type { AskedProgram } from './ways.ts';

/** What to record for one call of ask. */
export interface Need {
  readonly sources: readonly string[];
  readonly seconds: number;
  readonly hz: number;
  /** Read as root through sudo if the host allows it. */
  readonly sudo: boolean;
  /** Runtimes may be told to write what a profile needs: a JVM its perf map. */
  readonly debugger?: boolean;
  /** What sudo lets the login do, if that was asked for and is known. */
  readonly sudoers?: Sudo | undefined;
  readonly maxCpu?: number | undefined;
  readonly maxMemory?: number | undefined;
  readonly maxBytes?: number | undefined;
  /** Questions that programs answer, and what the caller wants of them. */
  readonly programs?: readonly AskedProgram[];
  readonly options?: Omit<ProgramOptions, 'target'>;
  readonly target?: Selection | undefined;
}

export interface Progress {
  readonly seconds: number;
  readonly of: number;
  readonly say: string;
}

/** A window that is being recorded, or was recorded. */
export interface Run {
  /** Resolves with the first data; grows until `done`. */
  readonly recording: Promise<Recording>;
  /** The manifest of the closed recording; rejects only if nothing was recorded. */
  readonly done: Promise<Manifest>;
  stop(): void;
}

export interface Left {
  readonly kind: string;
  readonly left: string;
}

/** The facts that a host prints about itself. */
export interface About {
  readonly host: HostFacts;
  /** 'connected 2026-11-28 19:00:05 UTC', 'recorded ... for 60 s'. */
  readonly when: string;
  readonly cut?: string;
}

/** How a host is checked. */
export interface Checking {
  /** Each tool that seems possible is attached for a moment. */
  readonly tries: boolean;
  /** Not only the questions: also programs of the caller's own, the host, and who else traces there. */
  readonly whole: boolean;
}

/** One host in a session: live through a recorder, or from a recording. */
export interface Backend {
  readonly url: string;
  readonly live: boolean;
  readonly about: About;
  run(need: Need, onProgress: (progress: Progress) => void): Run;
  /** What a run would do, a row for each step; does none of it. */
  plan(need: Need): Promise<readonly Omit<PlanRow, 'host'>[]>;
  processes(): Promise<readonly FoundProcess[]>;
  /** The events of Ftrace, 'sched:sched_switch', that it has or has recorded; none if this login may not see them. */
  events(sudo: boolean): Promise<readonly string[]>;
  /** Which questions it can answer, and what limits captures there. */
  check(wanted: ReadonlyMap<string, Asked>, how: Checking): Promise<readonly Omit<CheckRow, 'host'>[]>;
  /** Whether profiles of these processes will have complete stacks and names; changes nothing. */
  checkProcesses(processes: readonly FoundProcess[]): Promise<readonly Omit<TargetRow, 'host'>[]>;
  audit(): Promise<readonly Left[]>;
  close(): Promise<void>;
}
