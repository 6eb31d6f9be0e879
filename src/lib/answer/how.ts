/** events: one row per event; histogram: counts per bucket; totals: sums over the window. A left one folds into a right one, never back. */
export type Grain = 'events' | 'histogram' | 'totals';

/** `ours`: measured on the host (CPU seconds of our processes and the ssh session, bytes of memory at peak, bytes sent); `added`: CPU seconds put on the traced tasks, an estimate. */
export interface Overhead {
  readonly ours: { readonly cpu: number; readonly memory: number; readonly bytes: number };
  readonly added: number;
  readonly wall: number;
}

/** Where an answer comes from: goes through every verb, is printed under every figure, is saved. */
export interface How {
  readonly id: string;
  readonly as: string;
  readonly question: string;
  readonly tool: string;
  readonly whyNotBetter: string;
  readonly cannotSee: readonly string[];
  readonly grain: Grain;
  readonly seen: number;
  readonly lost: number;
  /** Share of the asked population and time that the tool could see: what a `cleared` rests on. */
  readonly coverage: number;
  readonly overhead: Overhead;
  readonly host: string;
  readonly kernel: string;
  readonly tools: Readonly<Record<string, string>>;
  readonly program: string;
  readonly code: string;
  readonly from: Date;
  readonly to: Date;
  readonly clockError: number;
  readonly recording: string;
}
