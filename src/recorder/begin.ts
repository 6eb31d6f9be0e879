import { randomBytes } from 'node:crypto';
import { FridayError } from '../lib/errors.ts';
import type { RecordingWriter } from '../lib/recording/recording.ts';
import { leftoversRemoved, sayWarning, type RecordedWarning } from '../lib/recording/warning.ts';
import { createRecording } from '../lib/recording/writer.ts';
import { readClocks } from '../lib/supervisor/clock.ts';
import type { Supervised } from '../lib/supervisor/supervise.ts';
import type { Transport } from '../lib/transport/transport.ts';
import type { Order, Progress } from './contract.ts';
import { MAX_CPU } from './limits.ts';
import { startPrograms, type Programs } from './programs.ts';
import { frameDecoder, type FrameDecoder } from './sampler/frames.ts';
import { chooseForm, type SamplerPlan } from './sampler/plan.ts';
import { samplerScript } from './sampler/script.ts';
import { starter, type StartOptions } from './starter.ts';
import { planStreams } from './streams.ts';

export interface RunOptions extends StartOptions {
  readonly order: Omit<Order, 'onProgress'>;
  readonly tools: Readonly<Record<string, string>>;
  /** Of the tools that answers use. */
  readonly versions: Promise<Readonly<Record<string, string>>>;
  /** Aborted when the recording is to end, maybe before it has begun. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A recording whose folder, programs and sampler have started. */
export interface Begun {
  readonly writer: RecordingWriter;
  readonly programs: Programs;
  /** When the sampler was ordered, on performance.now(): an upper limit of its run time. */
  readonly ordered: number;
  readonly supervised: Supervised;
  readonly decoder: FrameDecoder;
  readonly hasPerl: boolean;
}

/** Adds to an error what was warned of before: that sudo failed, for example, so that programs ran as the login. */
const rethrow =
  (warnings: readonly RecordedWarning[]) =>
  (error: unknown): never => {
    if (!(error instanceof FridayError) || warnings.length === 0) throw error;
    const { kind, what, next, seen } = error;
    throw new FridayError(kind, [what, ...warnings.map(sayWarning)].join('; '), { next, seen, cause: error });
  };

/** Said where root was wanted and sudo is known to refuse. */
const asLogin = ({ order, facts: { user } }: RunOptions): RecordedWarning[] =>
  order.asLogin === undefined ? [] : [{ code: 'not-as-root', user, why: order.asLogin }];

/** Begins a recording: its programs, then its folder and the sampler, in the cheapest form that the host supports. */
export const begin = async (transport: Transport, options: RunOptions): Promise<Begun> => {
  const { order, tools, signal } = options;
  const { seconds, programs: orders = [] } = order;
  const warnings = asLogin(options);
  const start = starter(transport, options, (warning) => warnings.push(warning));
  const given = { seconds, signal, alone: order.sources.length === 0, limits: order };
  const programs = await startPrograms(start, orders, given).catch(rethrow(warnings));
  const form = chooseForm(Object.keys(tools));
  const hasPerl = form === 'perl';
  const streams = planStreams(order);
  const plan: SamplerPlan = {
    streams,
    seconds,
    maxCpu: order.maxCpu ?? MAX_CPU,
    nonce: randomBytes(8).toString('hex'),
  };
  // In parallel, since channel and clock take several round trips each
  const ordered = performance.now();
  const starting = start({ program: samplerScript(plan, form), seconds });
  starting.catch(() => undefined);
  try {
    const [clock, versions] = await Promise.all([readClocks(transport, hasPerl), options.versions]);
    const began = performance.now();
    const described = streams.map(({ name, recipe, hz }) => [name, { recipe, asked: hz, tool: form }] as const);
    const writer = await createRecording(order.dir, {
      seconds,
      host: options.facts,
      tools: { ...tools, ...versions },
      clock,
      streams: Object.fromEntries(described),
      programs: programs.facts(began),
    });
    programs.record(writer, began);
    const supervised = await starting.catch(async (error: unknown) => {
      await writer.close('cut', 'the sampler could not be started on the host');
      throw error;
    });
    warnings.push(...supervised.swept.map(leftoversRemoved));
    for (const warning of warnings) writer.warn(warning);
    return { writer, programs, ordered, supervised, decoder: frameDecoder(plan, form), hasPerl };
  } catch (error) {
    programs.drop();
    void starting.then(
      (supervised) => {
        supervised.drop();
      },
      () => undefined,
    );
    throw error;
  }
};
