import { randomBytes } from 'node:crypto';
import { FridayError } from '../lib/errors.ts';
import type { HostFacts } from '../lib/recording/format.ts';
import type { RecordingWriter } from '../lib/recording/recording.ts';
import { leftoversRemoved, type RecordedWarning } from '../lib/recording/warning.ts';
import { createRecording } from '../lib/recording/writer.ts';
import { readClocks } from '../lib/supervisor/clock.ts';
import { supervise, type Supervised } from '../lib/supervisor/supervise.ts';
import type { Prompter, Transport } from '../lib/transport/transport.ts';
import type { Order, Progress } from './contract.ts';
import { frameDecoder, type FrameDecoder } from './sampler/frames.ts';
import { chooseForm, type SamplerPlan } from './sampler/plan.ts';
import { samplerScript } from './sampler/script.ts';
import { planStreams } from './streams.ts';

export interface RunOptions {
  readonly order: Omit<Order, 'onProgress'>;
  readonly facts: HostFacts;
  readonly tools: Readonly<Record<string, string>>;
  /** Of the tools that answers use. */
  readonly versions: Promise<Readonly<Record<string, string>>>;
  readonly away: number | undefined;
  readonly prompter: Prompter | undefined;
  readonly onProgress: (progress: Progress) => void;
}

/** A recording whose folder and sampler have started. */
export interface Begun {
  readonly writer: RecordingWriter;
  readonly supervised: Supervised;
  readonly decoder: FrameDecoder;
  readonly hasPerl: boolean;
}

const MAX_CPU = 0.02;

/** Starts the sampler under the supervisor: as root if asked for and allowed, otherwise as the login user. */
const startSampler = async (
  transport: Transport,
  { order, away, prompter, facts }: RunOptions,
  program: string,
  warn: (warning: RecordedWarning) => void,
): Promise<Supervised> => {
  const options = { program, seconds: order.seconds, away, prompter, ticks: facts.ticks };
  if (order.sudo !== true || facts.user === 'root') return supervise(transport, options);
  try {
    return await supervise(transport, { ...options, sudo: true });
  } catch (error) {
    if (!(error instanceof FridayError) || error.kind === 'host-gone') throw error;
    warn({ code: 'not-as-root', user: facts.user, why: `${error.what}. ${error.next}` });
    return supervise(transport, options);
  }
};

/** Begins a recording: its folder, then the sampler on the host, in the cheapest form that the host supports. */
export const begin = async (transport: Transport, options: RunOptions): Promise<Begun> => {
  const { order, facts, tools } = options;
  const form = chooseForm(Object.keys(tools));
  const hasPerl = form === 'perl';
  const streams = planStreams(order);
  const { seconds, maxCpu = MAX_CPU } = order;
  const plan: SamplerPlan = { streams, seconds, maxCpu, nonce: randomBytes(8).toString('hex') };
  const warnings: RecordedWarning[] = [];
  // In parallel, since channel and clock take several round trips each
  const starting = startSampler(transport, options, samplerScript(plan, form), (warning) => warnings.push(warning));
  starting.catch(() => undefined);
  try {
    const [clock, versions] = await Promise.all([readClocks(transport, hasPerl), options.versions]);
    const described = streams.map(({ name, recipe, hz }) => [name, { recipe, asked: hz, tool: form }] as const);
    const start = {
      seconds,
      host: facts,
      tools: { ...tools, ...versions },
      clock,
      streams: Object.fromEntries(described),
    };
    const writer = await createRecording(order.dir, start);
    const supervised = await starting.catch(async (error: unknown) => {
      await writer.close('cut', 'the sampler could not be started on the host');
      throw error;
    });
    warnings.push(...supervised.swept.map(leftoversRemoved));
    for (const warning of warnings) writer.warn(warning);
    return { writer, supervised, decoder: frameDecoder(plan, form), hasPerl };
  } catch (error) {
    void starting.then(
      (supervised) => {
        supervised.drop();
      },
      () => undefined,
    );
    throw error;
  }
};
