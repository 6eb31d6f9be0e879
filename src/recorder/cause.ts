import { FridayError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import type { Ended } from '../lib/supervisor/supervise.ts';

/** Seconds by which a sampler that ran its whole window may seem short, since clocks differ a little. */
const EARLY = 0.5;

const CAUSES: Readonly<Record<Exclude<Ended['why'], 'ended'>, string>> = {
  stopped: 'it was stopped',
  away: 'the host received no heartbeat from the recorder and ended the capture',
  closed: 'the channel to the host was closed',
  killed: 'the supervisor on the host was killed',
  deadline: 'the capture ran past its deadline and the supervisor ended it',
  lost: 'the host stopped answering',
};

/** The status of a program that SIGKILL ended. */
const KILLED = 128 + 9;

/** A shell reports a program killed by a signal as 128 plus its number. */
const exited = (status: number | undefined): string =>
  status !== undefined && status > 128
    ? `the sampler on the host was killed by signal ${String(status - 128)}`
    : `the sampler on the host exited with status ${String(status ?? 'unknown')}`;

/**
 * Why a recording ended before its window did, as a clause for the manifest; undefined if it ran to the end. `told`:
 * why we ended it; `ran`: seconds since the sampler was ordered; `of`: the window in seconds.
 */
export const causeOf = (
  { why, status }: Pick<Ended, 'why' | 'status'>,
  { told, ran, of }: { readonly told: string | undefined; readonly ran: number; readonly of: number },
): string | undefined => {
  if (told !== undefined) return told;
  if (why !== 'ended') return CAUSES[why];
  if (status !== 0) return exited(status);
  // On SIGTERM from another process the sampler sends its last frame and exits with 0.
  return ran < of - EARLY ? 'another process on the host stopped the sampler' : undefined;
};

/**
 * How a program beside the sampler ended, for the manifest. `asked`: we asked it to stop, after which tools exit with
 * a status of their own; `said`: its last words.
 */
export const programEnd = (
  { why, status }: Pick<Ended, 'why' | 'status'>,
  { asked, said }: { readonly asked: boolean; readonly said: string },
): { readonly status: 'ok' | 'failed' | 'cut'; readonly why?: string } => {
  if (why !== 'ended' && why !== 'stopped') return { status: 'cut', why: CAUSES[why] };
  if (status === KILLED) return { status: 'cut', why: 'it was killed before its last output' };
  if (asked || status === 0) return { status: 'ok' };
  const code = `it exited with status ${String(status ?? 'unknown')}`;
  return { status: 'failed', why: said === '' ? code : `${code}: ${said}` };
};

/** An error as a clause that fits behind 'Cut after 11 of 30 s: '. */
export const clauseOf = (error: unknown): string => {
  if (error instanceof FridayError && error.kind === 'disk-full') return 'the disk of the recording is full';
  return printable((error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ')).replace(/\.$/, '');
};
