import type { ByteSource } from '../../bytes/peek.ts';
import { FridayError } from '../../errors.ts';
import { unsaid, type Profile } from '../../stacks/profile.ts';
import { buildSamples } from '../../stacks/samples.ts';
import { readV8Profile, type V8Profile } from './v8-profile.ts';
import { v8Stacks, type V8Stacks } from './v8-stacks.ts';

/** The name of the event: V8's sampling thread signals the main thread by a timer. */
const EVENT = 'v8-timer';
const MOST = 256e6;
const EMPTY: V8Profile = { nodes: [], startTime: 0, endTime: 0, samples: [], timeDeltas: [] };

const textOf = async (source: ByteSource): Promise<string> => {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > MOST)
      throw new FridayError('input', `the inspector's output: expected at most ${String(MOST / 1e6)} MB, got more`, { next: 'Record fewer seconds, or at a lower hz.' }); // prettier-ignore
    pieces.push(piece.slice());
  }
  return Buffer.concat(pieces).toString('utf8');
};

/** What record.pl printed: the process, V8's profile, and the CPU seconds of its main thread. */
interface Printed {
  readonly pid: number | undefined;
  readonly hz: number;
  readonly comm: string;
  readonly json: string | undefined;
  readonly onCpu: number | undefined;
}

const printedIn = (text: string): Printed => {
  const [, pid, hz = '0', comm = ''] = /^begin (\d{1,10}) ([\d.]{1,10}) (.*)/.exec(text) ?? [];
  const [, json] = /^profile (.*)\n/m.exec(text) ?? [];
  const [, onCpu] = /^end ([\d.]{1,20})\n$/m.exec(text.slice(-40)) ?? [];
  const seconds = onCpu === undefined ? undefined : Number(onCpu);
  return { pid: pid === undefined ? undefined : Number(pid), hz: Number(hz), comm, json, onCpu: seconds };
};

const samplesOf = (profile: V8Profile, { stackOf }: V8Stacks, { pid, comm }: Printed, start: number) => {
  const samples = buildSamples();
  const [event, code] = [samples.event(EVENT), samples.comm(comm)];
  let [at, busy] = [profile.startTime, 0];
  for (const [i, node] of profile.samples.entries()) {
    const delta = profile.timeDeltas[i] ?? 0;
    at += delta;
    const stack = stackOf.get(node);
    if (stack === undefined) continue;
    busy += delta / 1e6;
    samples.add({ t: at / 1e6 - start, pid, tid: pid, comm: code, event, period: 1, stack });
  }
  return { samples, busy };
};

const seconds = (amount: number): string => `${amount.toFixed(1)} s`;

/** Below this share, what was asked for was not reached. */
const REACHED = 0.9;

const warningsOf = (profile: V8Profile, { hz, json, onCpu }: Printed, busy: number, idle: number): string[] => {
  if (json === undefined) return ['V8 gave no profile: the process or the capture ended before it was asked for'];
  const rate = profile.samples.length / ((profile.endTime - profile.startTime) / 1e6);
  return [
    ...(idle > 0 ? [`${idle.toLocaleString('en-US')} of ${profile.samples.length.toLocaleString('en-US')} samples: in them the event loop waited ((idle)), they are left out`] : []), // prettier-ignore
    ...(rate < hz * REACHED ? [`V8 took ${rate.toFixed(0)} samples/s, not the ${String(hz)} that were asked for`] : []),
    ...(onCpu !== undefined && onCpu < busy * REACHED
      ? [`the main thread was on a CPU for ${seconds(onCpu)} of the ${seconds(busy)} that these samples stand for: V8 samples by wall-clock time, so the rest is waiting for a CPU or in system calls`]
      : []), // prettier-ignore
  ];
};

/** Reads what record.pl printed into a profile; output that was cut gives no samples. `start`: CLOCK_MONOTONIC at second 0. */
export const readCpuProfileInspector = async (source: ByteSource, start: number): Promise<Profile> => {
  const printed = printedIn(await textOf(source));
  const profile = printed.json === undefined ? EMPTY : readV8Profile(printed.json);
  const named = v8Stacks(profile);
  const { samples, busy } = samplesOf(profile, named, printed, start);
  const { size } = samples;
  return {
    samples: samples.table(),
    stacks: named.stacks,
    frames: named.frames,
    lost: { records: 0, samples: 0 },
    warnings: warningsOf(profile, printed, busy, profile.samples.length - size),
    meta: {
      ...unsaid,
      format: 'cpuprofile',
      tool: 'inspector',
      events: [{ name: EVENT, samples: size, unit: 'samples', about: `${String(printed.hz)} Hz` }],
      start,
      callers: true,
    },
  };
};
