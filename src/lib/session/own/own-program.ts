import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Grain } from '../../answer/how.ts';
import type { Table } from '../../columns/column.ts';
import type { HostRights, Lack } from '../../questions/way.ts';
import type { ProgramFact } from '../../recording/format.ts';
import type { RecordedProgram, Recording } from '../../recording/recording.ts';
import type { Program } from '../../sources/program.ts';

/** One table of what a program printed. */
export interface OwnAnswer {
  readonly table: Table;
  readonly grain: Grain;
  /** What is missing in it, a sentence each. */
  readonly cannotSee: readonly string[];
  /** Events that the program says it dropped. */
  readonly lost: number;
}

/** What a program of the caller's own left in a recording. */
export interface OwnOutput extends RecordedProgram {
  readonly recording: Recording;
  /** Its standard error. */
  readonly said: string;
}

/** How a program failed before it gave any output. */
export interface Failed {
  readonly why: string;
  /** Its exit status, if it is known. */
  readonly exit: number | undefined;
  /** Its standard error, at most its last part. */
  readonly said: string;
  /** The host's operating system, as in /etc/os-release. */
  readonly os: string;
}

/** A program of the caller's own: what runs, and how its output becomes tables. */
export interface OwnProgram {
  /** The method of the host, and its name in the recording. */
  readonly name: 'run' | 'bpftrace' | 'perf';
  /** What is captured, in a few words: 'run df'. */
  readonly what: string;
  readonly program: Program;
  /** What is tried if the host's version of the tool refuses that. */
  readonly simpler?: Program | undefined;
  /** It counts as attached with its first output; otherwise once it runs. */
  readonly attaches: boolean;
  /** Bytes of output at which it is stopped, unless the caller says otherwise. */
  readonly maxBytes: number;
  /** Why this host cannot run it, by what the connect found. */
  lacks(host: HostRights): Lack | undefined;
  /** The tables by name. */
  read(output: OwnOutput): Promise<Readonly<Record<string, OwnAnswer>>>;
  /** The error to throw for a program that could not start; undefined if it only had nothing to say. */
  failure(failed: Failed): Error | undefined;
}

/** Whether a program that is in a recording failed without any output. */
export const hasFailed = ({ status, bytes }: ProgramFact): boolean => status === 'failed' && bytes === 0;

/** Whether a program was recorded as it was given: sudo may stand before it, and a limit behind it (ADR 135). */
const isSame = ({ argv, input }: Program, recorded: Program): boolean => {
  if (recorded.argv[0] !== 'sudo') return isDeepStrictEqual([recorded.argv, recorded.input], [argv, input]);
  const at = recorded.argv.findIndex((word, i) => i > 1 && basename(word) === argv[0]);
  const words = recorded.argv.slice(at + 1, at + argv.length);
  return at > 0 && isDeepStrictEqual(words, argv.slice(1)) && (recorded.input ?? '').startsWith(input ?? '');
};

/** Whether a recorded program is the caller's. */
export const isOf = ({ program, simpler = program }: OwnProgram, recorded: Program): boolean =>
  [program, simpler].some((each) => isSame(each, recorded));
