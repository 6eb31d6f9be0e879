import type { Answer } from '../answer/answer.ts';
import type { Duration, Share } from '../duration.ts';
import type { ProcessFact } from '../recording/format.ts';
import type { Left } from './backend.ts';
import type { Pending } from './pending.ts';

/** What may be spent on the host. */
export interface Limits {
  /** Share of one CPU that our processes may take there: 0.02 unless told otherwise. Process sweeps slow down to keep it. */
  readonly maxCpu?: Share;
  /** '500MB': the recording ends, marked as cut, when it has grown to this. */
  readonly maxBytes?: string;
}

export interface AskOptions extends Limits {
  /** Length of the window; 10 s unless told otherwise. Of a recording: its first so many seconds, all of it unless told otherwise. */
  readonly seconds?: Duration;
  /** Samples a second of system files: 1 unless told otherwise, at most 50. Processes are swept at most once a second. */
  readonly hz?: number;
  /** The label under which a case keeps the answer. */
  readonly as?: string;
}

/** Who is meant: pid, name, command line. */
export interface Selection {
  readonly pid?: number | readonly number[];
  readonly name?: string;
  readonly cmd?: RegExp;
  readonly unit?: string;
  readonly cgroup?: string;
  readonly container?: string;
}

/** A host, live or recorded, or several: the same verbs. */
export interface Host {
  readonly name: string;
  readonly live: boolean;
  /** Answers one question, or several over one window; a source's name gives its table as it is. */
  ask(question: string, options?: AskOptions): Pending<Answer>;
  ask<M extends Readonly<Record<string, string>>>(
    questions: M,
    options?: AskOptions,
  ): Pending<{ [K in keyof M]: Answer }>;
  /** What would be read for a question, and by which right; touches nothing. */
  plan(questions: string | Readonly<Record<string, string>>, options?: AskOptions): Pending<Answer>;
  /** Processes by name, pid or command line, with who they are. */
  find(who: string | Selection): Pending<Answer<ProcessFact>>;
  /** What of ours is left on the host: nothing, unless it says otherwise. */
  audit(): Pending<Answer<Left>>;
  close(): Promise<void>;
}
