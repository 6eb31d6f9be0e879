import type { ByteSource } from '../../bytes/peek.ts';
import { movedTo, processStacks, type ProcessStacks } from '../../stacks/addresses/process-stacks.ts';
import { ROOT, unsaid, type Profile } from '../../stacks/profile.ts';
import { buildSamples, type SampleBuilder } from '../../stacks/samples.ts';
import type { Wanted } from '../../stacks/symbols/collect.ts';
import type { CaptureContext } from '../capture-context.ts';
import { newLosses, type Losses } from './losses.ts';
import { nameWarnings } from '../formats/name-warnings.ts';
import { outputOf } from './program-output.ts';
import { cutStack, stackReader } from './stack-text.ts';

/** A sample as probes/cpu-profile.bt prints it: nsecs, cpu, pid, tid, kernel stack, user stack, comm. */
const SAMPLE = /^(\d{1,20}),(\d{1,10}),(\d{1,10}),(\d{1,10}),/;
const BEGIN = /^begin \d+ (\d{1,7})$/;
const END = /^end \d+$/;

/** perf's name of the event of bpftrace's `profile` probes. */
const EVENT = 'cpu-clock';

interface Samples {
  readonly into: ProcessStacks;
  readonly samples: SampleBuilder;
  readonly losses: Losses;
  readonly hz: string;
  readonly ended: boolean;
  readonly odd: number;
}

/** Reads the samples; stacks are those of addresses. */
const samplesIn = async (source: ByteSource, context: CaptureContext): Promise<Samples> => {
  const into = processStacks(context);
  const stackOf = stackReader(into);
  const samples = buildSamples();
  const event = samples.event(EVENT);
  const losses = newLosses();
  let [hz, ended, odd] = ['', false, 0];
  const take = (line: string): boolean => {
    const [head, time, cpu, pid, tid] = SAMPLE.exec(line) ?? [];
    if (head === undefined) return false;
    const kernel = cutStack(line.slice(head.length));
    const user = cutStack(kernel.rest);
    const stack = stackOf(Number(pid), kernel.stack, user.stack);
    samples.add({
      t: Number(time) / 1e9 - context.start,
      cpu: Number(cpu),
      pid: Number(pid),
      tid: Number(tid),
      comm: samples.comm(user.rest),
      event,
      period: 1,
      stack: stack === ROOT ? undefined : stack,
    });
    return true;
  };
  for await (const output of outputOf(source)) {
    if ('line' in output) {
      if (take(output.line)) continue;
      const begin = BEGIN.exec(output.line);
      if (begin !== null) hz = begin[1] ?? '';
      else if (END.test(output.line)) ended = true;
      else odd++;
    } else if (!('map' in output)) losses.take(output);
  }
  return { into, samples, losses, hz, ended, odd };
};

const warningsOf = ({ losses, ended, odd }: Samples): string[] => [
  ...(ended ? [] : ['the capture was cut: bpftrace did not end it']),
  ...(odd > 0 ? [`${odd} lines are not samples and were left out`] : []),
  ...losses.warnings(),
];

/** Moves stacks of addresses to the stacks by name that they became. */
const movedTable = (table: Profile['samples'], moved: Uint32Array): Profile['samples'] => {
  const { stack } = table.data;
  if (stack?.kind !== 'number') return table;
  const values = Uint32Array.from(stack.values.subarray(0, table.size), (at) => movedTo({ moved }, at));
  return { ...table, data: { ...table.data, stack: { ...stack, values } } };
};

/** Reads what probes/cpu-profile.bt printed into a profile; damaged output gives the samples before the damage. */
export const readCpuProfileBpftrace = async (source: ByteSource, context: CaptureContext): Promise<Profile> => {
  const read = await samplesIn(source, context);
  const { stacks, moved, frames, missing } = read.into.name();
  const samples = movedTable(read.samples.table(), moved);
  const about = read.hz === '' ? '' : `${read.hz} Hz`;
  return {
    samples,
    stacks,
    frames,
    lost: { records: 0, samples: read.losses.events },
    warnings: [...warningsOf(read), ...nameWarnings(read.into.unmapped, missing)],
    meta: {
      ...unsaid,
      format: 'bpftrace',
      tool: 'bpftrace',
      events: [{ name: EVENT, samples: samples.size, unit: 'samples', about }],
      start: context.start,
      callers: true,
      missing,
    },
  };
};

/** The processes whose mappings are needed to name the user frames of the same output. */
export const pidsOfCpuProfileBpftrace = async (source: ByteSource): Promise<readonly number[]> => [
  ...(await samplesIn(source, { start: 0, maps: new Map() })).into.unmapped,
];

/** What symbolizing the same output needs from the host. */
export const wantedOfCpuProfileBpftrace = async (source: ByteSource, maps: CaptureContext['maps']): Promise<Wanted> =>
  (await samplesIn(source, { start: 0, maps })).into.wanted();
