import type { Grain } from './columns.ts';

/** What the capture cost. */
export interface Overhead {
  /** Measured on the host for our processes and the ssh session: CPU seconds, peak memory in bytes, bytes sent. */
  readonly ours: { readonly cpu: number; readonly memory: number; readonly bytes: number };
  /** CPU seconds that tracing added to the traced tasks, an estimate: the events times what one costs on this host (ADR 145). */
  readonly added: number;
  /** How that cost was applied to the host: 'calibrated: 1.4 times ...', 'not calibrated: ...'. */
  readonly calibration?: string;
  /** Length of the capture in seconds. */
  readonly wall: number;
}

/** Provenance of an answer: host, tool, window, coverage, cost. Every verb keeps it, every figure prints it. */
export interface How {
  readonly id: string;
  /** Its label: the option `as`, else its key in `ask({ key: ... })` or the question. */
  readonly as: string;
  readonly question: string;
  /** What captured it: '/proc', 'perf 6.1'. */
  readonly tool: string;
  /** What read the files of the host: 'perl', 'head' or 'cat'; several are joined by ', '. '' for a tool that runs by itself. */
  readonly reader: string;
  /** Why a tool that sees more was not used. */
  readonly whyNotBetter: string;
  /** What this capture could not see, a sentence each. */
  readonly cannotSee: readonly string[];
  /** Its detail: one row per event, counts per bucket, or totals per interval. */
  readonly grain: Grain;
  /** Rows or events that were captured. */
  readonly seen: number;
  /** Events that the tool dropped. */
  readonly lost: number;
  /** Share of the window and of the population (all processes, all namespaces) that was seen. Below 0.95 nothing is ruled out. */
  readonly coverage: number;
  /** When and why the capture ended early, in one sentence; absent if it ran its whole window. */
  readonly cut?: string;
  readonly overhead: Overhead;
  readonly host: string;
  readonly kernel: string;
  /** Tools found on the host, with their versions. */
  readonly tools: Readonly<Record<string, string>>;
  /** Which files were read, or which program ran, on the host. */
  readonly program: string;
  /** The calls that made this answer. */
  readonly code: string;
  /** When second 0 of the rows was. */
  readonly from: Date;
  /** When the capture ended. */
  readonly to: Date;
  /** Error bound of `from` in seconds, when compared with another host. */
  readonly clockError: number;
  /** The folder of the recording, or the file that was opened. */
  readonly recording: string;
}
