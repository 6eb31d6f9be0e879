import type { CommandResult, Order, ProgramOrder, Progress, RecorderClient, RecorderOptions } from './contract.ts';

/** The first call of the process that started the recorder: where to connect, and how. */
export interface ConnectCall {
  readonly url: string;
  /** Whether that process can prompt the user (its handler `prompt`). */
  readonly mayPrompt: boolean;
  readonly away?: RecorderOptions['away'];
  readonly kernel?: RecorderOptions['kernel'];
  readonly linger?: RecorderOptions['linger'];
  readonly sshConfig?: RecorderOptions['sshConfig'];
}

/** What the owner is told about the host when it connects or attaches. */
export type Connected = Pick<RecorderClient, 'url' | 'facts' | 'tools' | 'access' | 'warnings' | 'running'>;

export interface ShCall {
  readonly script: string;
  readonly timeout?: number | undefined;
}

export interface RunCall {
  readonly script: string;
  readonly seconds?: number | undefined;
  readonly sudo?: boolean | undefined;
}

export interface TryCall {
  readonly order: ProgramOrder;
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
