import { FridayError } from '../lib/errors.ts';
import type { ProgramFact } from '../lib/recording/format.ts';
import type { RecordingWriter } from '../lib/recording/recording.ts';
import { attach, type Supervise, type Unattached } from './attach.ts';
import type { ProgramOrder } from './contract.ts';
import { TRACER_CPU } from './limits.ts';
import type { ProgramLimits } from './meter.ts';
import { running, type Running } from './one-program.ts';

/** What programs cost so far: CPU seconds, peak bytes on the host, bytes of output. */
interface Cost {
  readonly cpu: number;
  readonly memory: number;
  readonly bytes: number;
}

/** The programs of a recording, from their start to their last output. */
export interface Programs {
  /** Resolves when the caller's own programs have ended; never if there are none. */
  readonly ownEnd: Promise<void>;
  /** Resolves with the reason when all were stopped because they used too much and nothing else is recorded. */
  readonly allOver: Promise<string>;
  /** The facts about each so far. `began`: second 0 of the recording on performance.now(). */
  facts(began: number): Readonly<Record<string, ProgramFact>>;
  /** Writes their output to the recording, as it came and as it comes. */
  record(writer: RecordingWriter, began: number): void;
  /** Asks all to stop; their last output still arrives. */
  stop(): void;
  /** Asks all to stop and waits for their last output. */
  finish(): Promise<void>;
  /** Drops their channels: the host cleans up by itself. */
  drop(): void;
  cost(): Cost;
}

type Refused = ProgramFact['refused'];

/** A program of the caller's own that did not start: its words say why. */
const ownNotStarted = ({ name, ways }: ProgramOrder, { refused, said }: Unattached): FridayError =>
  new FridayError('missing', `${name}: ${ways[0]?.tool ?? ''} did not start: ${refused.at(-1)?.why ?? ''}`, {
    next: 'Correct what it names, and run it again.',
    seen: said.slice(-4000),
  });

const notStarted = (name: string, refused: Refused): FridayError =>
  new FridayError('missing', `${name}: no tool of this host could be started. ${refused.map(({ tool, why }) => `${tool}: ${why}`).join('; ')}`, { next: `See what each tool lacks and what fixes it: await host.check({ for: ['${name}'] }).` }); // prettier-ignore

/** The facts of a program of which no way attached. */
const failed = ({ ways }: ProgramOrder, refused: Refused): ProgramFact | undefined => {
  const program = ways.at(-1);
  const why = refused.at(-1)?.why ?? 'it was not started';
  return (
    program && { program, status: 'failed', why, began: 0, bytes: 0, cpu: 0, memory: 0, refused: refused.slice(0, -1) }
  );
};

interface Given {
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Nothing is recorded but programs. */
  readonly alone: boolean;
  readonly limits: ProgramLimits;
}

/** A program of the caller's own has no limit of CPU but that of the caller. */
const limitsOf = ({ own }: ProgramOrder, { maxCpu, maxMemory }: ProgramLimits): ProgramLimits => ({
  maxCpu: maxCpu ?? (own === undefined ? TRACER_CPU : undefined),
  maxMemory,
});

/** Tells when all programs of a recording that has nothing else were stopped because they used too much. */
const overTogether = (alone: boolean, all: readonly Running[]) => {
  const over: string[] = [];
  let end: (why: string) => void = () => undefined;
  const allOver = new Promise<string>((resolve) => (end = resolve));
  const onOver = (why: string): void => {
    over.push(why);
    if (alone && over.length === all.length) end(over.join('; '));
  };
  return { allOver, onOver };
};

const costOf = (all: readonly Running[]): Cost => {
  const costs = all.map(({ attached: { supervised, output } }) => ({ ...supervised.cost(), bytes: output.size() }));
  const sum = (of: (cost: Cost) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
  return { cpu: sum(({ cpu }) => cpu), memory: sum(({ memory }) => memory), bytes: sum(({ bytes }) => bytes) };
};

/**
 * Starts all programs side by side and waits until each is attached or has failed. Throws 'missing' with all reasons if
 * nothing else is recorded and one of them has failed.
 */
export const startPrograms = async (
  supervise: Supervise,
  orders: readonly ProgramOrder[],
  given: Given,
): Promise<Programs> => {
  const found = await Promise.all(orders.map((order) => attach(supervise, order, given)));
  const all: Running[] = [];
  const { allOver, onOver } = overTogether(given.alone, all);
  const facts: Record<string, ProgramFact> = {};
  for (const [i, order] of orders.entries()) {
    const one = found[i];
    if (one === undefined) continue;
    if ('supervised' in one) all.push(running(order.name, one, { limits: limitsOf(order, given.limits), onOver }));
    else {
      const fact = failed(order, one.refused);
      if (fact) facts[order.name] = fact;
    }
  }
  const drop = (): void => {
    for (const { attached } of all) attached.supervised.drop();
  };
  const [order] = orders;
  const [one] = found;
  if (given.alone && all.length === 0 && order !== undefined && one !== undefined && !given.signal.aborted)
    throw order.own !== undefined && !('supervised' in one)
      ? ownNotStarted(order, one)
      : notStarted(order.name, one.refused);
  const owns = all.filter(({ attached: { own } }) => own !== undefined);
  return {
    ownEnd:
      owns.length === 0
        ? new Promise(() => undefined)
        : Promise.all(owns.map(({ attached }) => attached.supervised.done)).then(() => undefined),
    allOver,
    facts: (began) => ({ ...facts, ...Object.fromEntries(all.map((one) => [one.name, one.fact(began)] as const)) }),
    record: (writer, began) => {
      for (const one of all) one.record(writer, began);
    },
    stop: () => {
      for (const one of all) one.stop();
    },
    finish: async () => {
      await Promise.all(all.map((one) => one.finish()));
    },
    drop,
    cost: () => costOf(all),
  };
};
