import { randomBytes } from 'node:crypto';
import { unpack } from '../bytes/unpack.ts';
import type { ByteSource } from '../bytes/peek.ts';
import { FridayError } from '../errors.ts';
import { supervise, type Supervised } from '../supervisor/supervise.ts';
import type { Prompter, Transport } from '../transport/transport.ts';
import { readFrames } from './frames.ts';
import { requestScript, type Limits } from './request.ts';
import { take, type Tally } from './take.ts';

export interface AskOptions {
  /** Reads as root through sudo. */
  readonly sudo?: boolean | undefined;
  readonly prompter?: Prompter | undefined;
  /** Seconds without a heartbeat after which everything on the host ends by itself. */
  readonly away?: number | undefined;
  /** USER_HZ of the host. */
  readonly ticks?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Request {
  readonly list: string;
  readonly limits: Limits;
  readonly options: AskOptions;
}

/** Room for the headers of ELF parts. */
const SLACK = 2 ** 20;
/** Seconds after the time limit for the file that is being sent. */
const GRACE = 10;

async function* counted(source: ByteSource, tally: Tally): ByteSource {
  for await (const piece of source) {
    tally.transferred += piece.length;
    yield piece;
  }
}

/** Drops the channel at the time limit or on the signal; the host then ends what runs there. */
const dropping = (supervised: Supervised, seconds: number, signal: AbortSignal | undefined): (() => void) => {
  const drop = (): void => {
    supervised.drop();
  };
  const timer = setTimeout(drop, (seconds + GRACE) * 1000);
  if (signal?.aborted === true) drop();
  signal?.addEventListener('abort', drop, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', drop);
  };
};

/** Passes on all frames of an output; returns what is wrong with it, undefined if it is whole. */
const readAll = async (
  output: ByteSource,
  format: Parameters<typeof readFrames>[1],
  tally: Tally,
): Promise<string | undefined> => {
  let whole = false;
  try {
    for await (const frame of readFrames(await unpack(output), format)) {
      tally.sent += frame.body.length;
      if (tally.sent > tally.most) return 'the host sent more than it was asked for';
      if (frame.kind === 'z') whole = true;
      else take(frame, tally);
    }
    return whole ? undefined : 'the output of the host ended early';
  } catch (error) {
    if (error instanceof FridayError) return error.what;
    // Of the stream: its channel was dropped at the time limit or on the signal.
    if (error instanceof Error && 'code' in error) return 'the channel was closed';
    throw error;
  }
};

/** Sends a list to the host and takes its answers; an early end is noted in `tally.cut`. */
export const ask = async (transport: Transport, { list, limits, options }: Request, tally: Tally): Promise<void> => {
  const { signal } = options;
  const nonce = randomBytes(8).toString('hex');
  const program = requestScript(list, nonce, limits);
  try {
    const supervised = await supervise(transport, { ...options, program, seconds: limits.seconds });
    const done = dropping(supervised, limits.seconds, signal);
    const most = Math.min(limits.each, limits.total) + SLACK;
    const wrong = await readAll(counted(supervised.output, tally), { nonce, most }, tally).finally(done);
    if (wrong !== undefined) supervised.drop();
    const { why, cost } = await supervised.done;
    tally.cost = { cpu: tally.cost.cpu + cost.cpu, memory: Math.max(tally.cost.memory, cost.memory) };
    if (wrong !== undefined) tally.cut ??= signal?.aborted === true ? 'interrupted' : why === 'ended' ? wrong : why;
  } catch (error) {
    if (!(error instanceof FridayError)) throw error;
    tally.cut ??= error.what;
  }
};
