import type { Grain } from '../answer/how.ts';
import type { Table } from '../columns/column.ts';
import type { Program, Target } from '../sources/program.ts';

/** A program that sudoers let the login run as root, without a password. */
export interface SudoTool {
  readonly path: string;
  /** sudo keeps the variables that are set on its command line (SETENV). */
  readonly setenv: boolean;
}

/** What is known of a host when a way is chosen: from the connect, and with sudo from what it says it allows. */
export interface HostRights {
  /** PRETTY_NAME of /etc/os-release. */
  readonly os: string;
  readonly kernel: string;
  /** uname -m. */
  readonly arch: string;
  /** Path of each tool, and the versions of those that answers use. */
  readonly tools: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  /** Programs run as root: the login is root, or sudo is allowed by the caller. */
  readonly root: boolean;
  /** Where only these may run as root: the tools that sudo lets the login run, if the caller allows sudo. */
  readonly sudoTools?: Readonly<Record<string, SudoTool>>;
  readonly perfEventParanoid: number | undefined;
  /** False on a kernel that is built without perf events. */
  readonly perfEvents?: boolean;
  /** Which capabilities root has where they are limited, as in a container; absent: all. */
  readonly capable?: { readonly perfmon: boolean; readonly bpf: boolean };
  /** A seccomp filter limits the system calls of the login. */
  readonly seccomp?: boolean;
  readonly lockdown: string;
  /** Whether the CPU's own counters can be used ('cycles'). */
  readonly pmu: boolean;
}

/** Why a host cannot walk a way, and what you can do about it. */
export interface Lack {
  readonly verdict: 'no' | 'not allowed';
  readonly why: string;
  readonly fix: string;
  /** It could run, but would use more than a limit of the caller or of the host allows. */
  readonly overLimit?: true;
}

/** What the caller wants of a program. */
export interface ProgramOptions {
  readonly hz?: number | undefined;
  readonly target?: Target | undefined;
  readonly event?: string | undefined;
  readonly callgraph?: 'fp' | 'dwarf' | 'lbr' | undefined;
  /** Length of the window; default 10. */
  readonly seconds?: number | undefined;
  /** The caller allows what a debugger may do: allow: ['debugger']. */
  readonly debugger?: boolean | undefined;
  /** What is known of the one process that a target names, if that was looked up. */
  readonly process?: TargetProcess | undefined;
}

/** A process, as far as the choice of a way needs it. */
export interface TargetProcess {
  readonly node: boolean;
  /** The names of its compiled code are in a perf map. */
  readonly map: boolean;
}

/** What a program left in a recording. */
export interface Captured {
  readonly program: Program;
  /** The file with its output. */
  readonly output: string;
  /** The recording's folder of symbols; undefined while there is none. */
  readonly symbols: string | undefined;
  /** CLOCK_MONOTONIC at second 0, and the second at which the window ends. */
  readonly start: number;
  readonly end: number;
  /** The second at which its first output arrived; below 0 if before the window. */
  readonly began: number;
  /** The text of /proc/PID/maps by pid, as far as it was recorded. */
  readonly maps: () => Promise<ReadonlyMap<number, string>>;
}

/** The answer of a program. */
export interface Decoded {
  readonly table: Table;
  /** What is missing in it, a sentence each. */
  readonly cannotSee: readonly string[];
  /** Events that the tool dropped. */
  readonly lost: number;
  /** CPU seconds that tracing added to the traced tasks, an estimate. */
  readonly added?: number;
}

/** What a program costs for each event that it traces, as measured (ADR 133): CPU seconds, and bytes of its output. */
export interface EventCost {
  /** Context switches are counted on the host beforehand; samples are as many as `hz` and the CPUs say. */
  readonly event: 'context switch' | 'sample';
  /** What the traced task pays. */
  readonly added: number;
  /** What the program itself uses. */
  readonly own: number;
  /** What the task pays whose event a target leaves out. */
  readonly others: number;
  readonly bytes: number;
  /** How many threads are sampled, if it is not every CPU. */
  readonly threads?: number;
  /** What answers a like question at a cost that does not grow with these events: "ask('wait-samples')". */
  readonly instead?: string;
}

/** A program that can run on the host while a recording lasts. */
export interface RunnableWay {
  /** 'perf', 'bpftrace'. */
  readonly tool: string;
  readonly grain: Grain;
  /** What this tool cannot see, a sentence each. */
  readonly cannotSee: readonly string[];
  /** Samples per second of each CPU unless the caller wants others; absent if it counts events. */
  readonly hz?: number;
  /** Bytes of memory that its program needs on a host with so many CPUs, about; absent if that is not known. */
  memory?(cpus: number): number;
  /** Its cost for each event; absent if it only counts, or if that is not known. */
  readonly perEvent?: EventCost;
  /** What it costs the host, as a clause, if that grows neither with samples nor with events. */
  readonly costs?: string;
  /** Sources that must be sampled beside it. */
  readonly sources: readonly string[];
  /** Whether it is better than the ways before it for what is asked; absent: it never is. */
  prefers?(asked: ProgramOptions): boolean;
  /** Why this host cannot walk it for what is asked; undefined if it can. */
  lacks(host: HostRights, asked: ProgramOptions): Lack | undefined;
  program(asked: ProgramOptions, host: HostRights): Program;
  /** The same with less, in this order, if the tool refuses that program: an old version, a CPU without some event. */
  simpler?(asked: ProgramOptions, host: HostRights): readonly Program[];
}

/** A way to answer a question: a program, and how its output becomes the answer. */
export interface Way extends RunnableWay {
  /** Whether a recorded program of this tool is one of this way: set where several ways use one tool. */
  made?(program: Program): boolean;
  read(captured: Captured): Promise<Decoded>;
}
