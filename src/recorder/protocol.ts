import type { CommandResult, Order, Progress, RecorderClient, RecorderOptions } from './contract.ts';

/** The first call of the first owner: where to connect, and how. */
export interface ConnectCall {
  readonly url: string;
  /** Whether the owner can prompt the user (its handler `prompt`). */
  readonly mayPrompt: boolean;
  readonly away?: RecorderOptions['away'];
  readonly linger?: RecorderOptions['linger'];
  readonly sshConfig?: RecorderOptions['sshConfig'];
}

/** What every owner is told about the host. */
export type Connected = Pick<RecorderClient, 'url' | 'facts' | 'tools' | 'can' | 'warnings' | 'socket'>;

export interface ShCall {
  readonly script: string;
  readonly timeout?: number | undefined;
}

export interface RunCall {
  readonly script: string;
  readonly seconds?: number | undefined;
  readonly sudo?: boolean | undefined;
}

/** `run` identifies the recording in `stop` and in the recorder's `progress` calls. */
export interface RecordCall {
  readonly run: string;
  readonly order: Omit<Order, 'onProgress'>;
}

export interface ProgressCall {
  readonly run: string;
  readonly progress: Progress;
}

/** The result of a script, encoded for JSON. */
export interface FinishedWire {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly cut?: string;
}

export const packFinished = (finished: CommandResult): FinishedWire => ({
  ...finished,
  stdout: Buffer.from(finished.stdout).toString('base64'),
});

export const unpackFinished = (finished: FinishedWire): CommandResult => ({
  ...finished,
  stdout: Buffer.from(finished.stdout, 'base64'),
});
