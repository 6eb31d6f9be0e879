import type { Answer } from './answer.ts';
import type { Duration, Grain, Name, Questions } from './columns.ts';

/** A fraction or a percentage: `0.02`, `'2%'`. */
export type Share = number | `${number}%`;

/** Limits on what a capture may use on the host. */
export interface Limits {
  /**
   * Share of one CPU that our processes may use. Default 0.02 for files: per-process files are read less often to stay below
   * it. Default 0.05 for programs and the events that they trace: a tool that would cost more now is not used, and one that
   * uses more while it runs is stopped.
   */
  readonly maxCpu?: Share;
  /** Memory that a program may use on the host, as `'200MB'`: a tool that needs more is not used, or stopped. */
  readonly maxMemory?: string;
  /** Largest size of the recording, as `'500MB'`: at this size it ends and is marked as cut. */
  readonly maxBytes?: string;
  /**
   * Rights beyond the login's own: 'sudo' reads the I/O and namespaces of other users' processes. 'debugger' lets the JVMs in a
   * CPU or off-CPU profile write the names of their compiled code after the capture (`jcmd PID Compiler.perfmap`, JDK 17):
   * the map is removed; the JVM's attach listener stays until it exits. It also lets the CPU profile of one Node process without
   * a perf map (`target: { pid }`) be taken by its inspector: SIGUSR1 opens it at a port of the loopback interface, through
   * which every user of the host can run code in the process until the profile ends and it is closed.
   */
  readonly allow?: readonly ('sudo' | 'debugger')[];
}

/** Options of `ask`. */
export interface AskOptions extends Limits {
  /** Length of the window; default 10 s. A recording gives all that it has. */
  readonly seconds?: Duration;
  /**
   * Samples per second of system files: default 1, at most 50; per-process files are read at most once per second. Of a CPU
   * profile: samples per second and CPU, default 49.
   */
  readonly hz?: number;
  /** The tool that is to answer, 'perf' for example; default: the best that this host has. */
  readonly tool?: string;
  /** The detail that is needed; a tool that gives less is not used. */
  readonly need?: Grain;
  /** The processes that a program observes: `{ pid: 4711 }`, `{ name: 'nginx' }`; default: the whole host. */
  readonly target?: Selection;
  /** The event of a CPU profile: default `cycles`, or `cpu-clock` on a host without a PMU. */
  readonly event?: string;
  /** How perf walks user stacks; default `fp` (frame pointers). */
  readonly callgraph?: 'fp' | 'dwarf' | 'lbr';
  /** The answer's label. */
  readonly as?: string;
}

/** Options of programs of your own. */
export interface OwnOptions extends Limits {
  /** Length of the window; default 10 s. A program that ends by itself ends it earlier. */
  readonly seconds?: Duration;
}

/** Options of `run`. */
export interface RunOptions extends OwnOptions {
  /**
   * How its output is read: `json` (a list of objects, one object, or one on each line), `csv` (with a header line),
   * `columns` (aligned with blanks below a header line, as by `ps`, `ss` and `df`), or `text` (a row for each line; the default).
   */
  readonly as?: 'json' | 'csv' | 'columns' | 'text';
}

/** Options of `ftrace`. */
export interface FtraceOptions extends Limits {
  /** Names of events, with or without their system, and patterns: `['sched:sched_switch', 'block_rq_issue']`, `'block:*'`. */
  readonly events: string | readonly string[];
  /**
   * Which events to keep, in the kernel's words: `'prev_pid > 0'` for all of them, or by event,
   * `{ sched_switch: 'prev_comm == "sshd"' }`.
   */
  readonly filter?: string | Readonly<Record<string, string>>;
  /** Trace only these processes, with the threads that they have and the children that they will have. */
  readonly target?: Selection;
  /** Length of the window; default 10 s. A recording gives all that it has. */
  readonly seconds?: Duration;
  /** Ring buffer of each CPU; default `'8MB'`, less on hosts with many CPUs or little memory. */
  readonly buffer?: string;
}

/** A program of your own, as its method takes it: what `plan` can describe beside questions. */
export type OwnCall =
  | { readonly bpftrace: string }
  | { readonly perf: readonly string[] }
  | { readonly run: readonly string[] }
  | { readonly ftrace: FtraceOptions };

/** Which processes are meant: a process must match everything that is named. */
export interface Selection {
  /** One pid, or any of several. */
  readonly pid?: number | readonly number[];
  /** The whole name (`comm`, at most 15 bytes). */
  readonly name?: string;
  /** A pattern that the command line matches: `/--port 80\b/`. */
  readonly cmd?: RegExp;
  /** The systemd unit; `.service` may be left out. */
  readonly unit?: string;
  /** The cgroup's path, or that of a cgroup above it. */
  readonly cgroup?: string;
  /** A container's id, or its beginning. */
  readonly container?: string;
}

/** A process. A value that the host did not show is absent. */
export interface Process {
  pid: number;
  /** Start time in seconds since boot; with `pid` it identifies one process. The same number as in `pidstat`. */
  started: number;
  /** Pid of the parent. */
  ppid: number;
  /** The program's name (`comm`, at most 15 bytes). */
  name: string;
  /** The command line; empty for kernel threads. */
  cmd: string;
  /** The program file. */
  exe: string;
  /** The effective user's name, or the uid where it has no name. */
  user: string;
  /** The systemd unit. */
  unit: string;
  cgroup: string;
  /** The container's id (12 digits) or name. */
  container: string;
  /** The uid of the Kubernetes pod. */
  pod: string;
  /** The network namespace's inode. */
  netns: string;
  /** The language runtime, if it was recognised: node, java, python ... */
  runtime: string;
}

/** An answer that is being captured. Without `await` the capture goes on while other cells run. */
export interface Pending<T> extends Promise<T> {
  /** The answer so far, updated at most once per second. */
  readonly sofar: T | undefined;
  /** Ends it now; what was captured until then is a valid answer, marked as cut. */
  stop(): Promise<T>;
}

/** What `ask` gives: an answer for a question, or several by the caller's keys. */
export type Answers<Q> = [Q] extends [Name]
  ? Answer<Questions[Q]>
  : { -readonly [K in keyof Q]: Q[K] extends Name ? Answer<Questions[Q[K]]> : never };

/** One host or several, live or recorded. */
export interface Host {
  /** Its URL, or several. */
  readonly name: string;
  /** False for a recording. */
  readonly live: boolean;
  /**
   * Answers one question over a window, `ask('iostat', { seconds: 10 })`, or several over the same window from one capture,
   * `ask({ disk: 'iostat', cpu: 'mpstat' })`. A source's name gives the table of that source.
   */
  // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- names come with the build
  ask<const Q extends Name | Readonly<Record<string, Name>>>(questions: Q, options?: AskOptions): Pending<Answers<Q>>;
  /** Which code runs on the CPUs: `ask('cpu-profile', options)`. */
  // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- names come with the build
  profile(options?: AskOptions): Pending<Answers<'cpu-profile' & Name>>;
  /** What threads wait for: `ask('off-cpu', options)`. */
  // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- names come with the build
  offcpu(options?: AskOptions): Pending<Answers<'off-cpu' & Name>>;
  /**
   * Runs a program of bpftrace and reads what it prints as tables: `(await host.bpftrace('... { @lat[comm] = hist($ns); }')).lat`. There is
   * one for each map, by its name without `@` (`map` for `@`), and `lines` for printed text. Columns of a map are `key`, or `key1`, `key2`
   * ..., `stack` for kstack and ustack, and `value`; of hist and lhist `low`, `high` and `count`, of stats `count`, `average` and `total`; `t` if it
   * was printed several times. Lines that are JSON objects have a column for each field. Second 0 is when it is attached;
   * at the end of the window it is interrupted, so that it prints its maps. The same call on the recording gives the same answers.
   */
  bpftrace(program: string, options?: OwnOptions): Pending<{ readonly [map: string]: Answer }>;
  /**
   * Runs perf, by its words: `perf(['record', '-e', 'sched:sched_switch', '-a', '-g'])` gives the samples, with symbols, as `ask('cpu-profile')`;
   * `perf(['stat', '-a'])` a row per second as `ask('cpu-counters')`, or with events or groups of your own (`-e`, `-M`, `-A`, `--per-core`) a row per
   * second and event; other subcommands their lines. What would write on the host, or work on a file there, is refused.
   */
  perf(argv: readonly string[], options?: OwnOptions): Pending<Answer>;
  /**
   * Runs a program, by its words, and reads what it prints as a table: `run(['ss', '-tan'], { as: 'columns' })`. No shell sees the
   * words. It runs as the login (as root with `allow: ['sudo']`), for at most `seconds` and `maxBytes` of output (64 MB), and is
   * recorded: the same call on the recording gives the same answer.
   */
  run(argv: readonly string[], options?: RunOptions): Pending<Answer>;
  /**
   * Events of the kernel by Ftrace, in an instance of its own: an answer for each event by its name, with a column for each of
   * its fields. `const { sched_switch } = await host.ftrace({ events: 'sched_switch', seconds: 5 })`.
   */
  ftrace(options: FtraceOptions): Pending<Readonly<Record<string, Answer>>>;
  /**
   * What an ask with the same options would do: each file that is read and each program that runs, as which user, how often,
   * at what cost, and what stays. Does none of it: for a change ticket. It plans programs of your own, too:
   * `plan({ bpftrace: text })`, `plan({ perf: argv })`, `plan({ run: argv })`, `plan({ ftrace: { events } })`.
   */
  plan(
    // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- names come with the build
    questions: Name | Readonly<Record<string, Name>> | OwnCall,
    options?: AskOptions,
  ): Pending<Answer<PlanRow>>;
  /**
   * Which questions this host can answer: the tool, what it cannot see, its cost, and what you can do about it. It looks only;
   * with `try` it attaches each tool that seems possible for a moment, which turns `likely` into `tried`. Without `for` it also says
   * whether programs of your own can run, what of the host limits captures, and which tracers other people run. With `target`:
   * whether a profile of these processes will have complete stacks and names, a row for each, with its runtime, frame
   * pointers, perf map, symbols, and what is to be done.
   */
  check<T extends Selection | undefined = undefined>(o?: {
    for?: readonly Name[];
    target?: T;
    try?: boolean;
  }): Pending<Answer<T extends Selection ? TargetRow : CheckRow>>;
  /** Processes by pid, name, unit or part of the command line: `find('nginx')`, `find({ cmd: /--port 80/ })`. */
  find(who: string | Selection): Pending<Answer<Process>>;
  /** Processes, files and kernel settings of ours that are left on the host; no rows if it is clean. */
  audit(): Pending<Answer<{ host: string; kind: string; left: string }>>;
  /** Ends the connection; what was recorded stays. */
  close(): Promise<void>;
}

/** One step of what an ask would do. */
export interface PlanRow {
  host: string;
  /** The question or source that it is for. */
  question: string;
  step: 'look up' | 'read' | 'run' | 'run if that fails' | 'skip' | 'fetch afterwards' | 'write here';
  /** What reads or runs. */
  tool: string;
  /** The files that are read, or the program as one would type it. */
  command: string;
  /** As which user. */
  right: string;
  /** Samples per second; of a CPU profile for each CPU. */
  hz?: number;
  /** What it costs at most: seconds, samples, share of a CPU, bytes. */
  overhead: string;
  /** What is left afterwards, and where. */
  stays: string;
  /** Why a tool is skipped, and what fixes it. */
  why: string;
}

/** Whether one question or source can be answered by a host or a recording; and what of the host limits captures. */
export interface CheckRow {
  host: string;
  /** Whether the row is about a question (or source), a method for programs of your own, or the host itself. */
  about: 'question' | 'program' | 'host';
  /** The question or source; the method (`host.ftrace`); of the host the setting or `other tracers`. */
  question: string;
  /** The tool that would capture it; of the host what was found. */
  tool: string;
  verdict: 'yes' | 'partly' | 'no' | 'not allowed';
  /** What it would not see, and why. If this is not empty, the question cannot rule anything out. */
  cannotSee: string;
  /** What it reads; for a recording, what it cost. */
  costs: string;
  /** What you can do about it; the product only prints it. */
  fix: string;
  /**
   * How this is known: files were `read`; `likely`, by the tools and rights that the host shows; the tool was `tried`, and its words
   * stand in `cannotSee` if it did not attach; or it was `recorded`.
   */
  known: 'read' | 'likely' | 'tried' | 'recorded';
}

/** Whether stacks and names of one process will be readable in a profile. */
export interface TargetRow {
  host: string;
  pid: number;
  /** Its name (`comm`). */
  process: string;
  /** yes: complete stacks with names; partly: cannotSee says what will be missing. */
  verdict: 'yes' | 'partly' | 'no' | 'not allowed';
  /** node, java, python, ruby, dotnet, go ...; native if none was recognised. */
  runtime: string;
  /** The runtime's version, if a path or a file beside it tells. */
  version: string;
  /** Whether the functions of its program (or of its runtime's library) keep frame pointers, by a sample of its code. */
  pointers: 'yes' | 'some' | 'no' | 'unknown' | '';
  /** The same of the C library that it maps; empty if it maps none. */
  libc: 'yes' | 'some' | 'no' | 'unknown' | '';
  /** Whether names of code compiled at run time are known: a perf map is there, or its runtime writes one; empty: not needed. */
  map: 'yes' | 'no' | 'unknown' | '';
  /** Whether the program has a table of all its symbols. */
  symbols: 'yes' | 'no' | 'unknown' | '';
  cannotSee: string;
  /** The flag, package or command; the product only prints it. */
  fix: string;
}
