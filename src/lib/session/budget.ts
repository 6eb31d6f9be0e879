import { TRACER_CPU } from '../../recorder/client.ts';
import { inMegabytes, inPercent } from '../amounts.ts';
import type { EventCost, Lack, ProgramOptions, RunnableWay } from '../questions/way.ts';
import type { Calibration } from '../recording/format.ts';
import { PAUSE, type Load } from './load/load.ts';

/** Of the memory that is available, this share of the host's memory stays free, at most so many bytes. */
const FREE_SHARE = 0.05;
const MOST_FREE = 256e6;

/** What a capture may use on the host, and what the host has to spare. */
export interface Budget {
  readonly maxCpu?: number | undefined;
  readonly maxMemory?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly seconds: number;
  readonly cpus: number;
  /** Bytes of the host's memory. */
  readonly memory: number;
  readonly load: Load;
  readonly calibration: Calibration;
}

/** What a way would cost now. */
export interface Estimate {
  /** The events, with their rate: '5,200 context switches/s'. */
  readonly events: string;
  /** Share of one CPU that the tool and the traced tasks take. */
  readonly share: number;
  /** That of the tool alone. */
  readonly own: number;
  /** Bytes of output in the whole window. */
  readonly bytes: number;
}

const perSecond = (rate: number, what: string): string =>
  `${Number(rate.toPrecision(3)).toLocaleString('en-US')} ${what}/s`;

const bySwitches = (cost: EventCost, { load, seconds }: Budget, hasTarget: boolean): Estimate | undefined => {
  const { switches, ofTarget = 0 } = load;
  if (switches === undefined) return undefined;
  const each = cost.added + cost.own;
  if (!hasTarget) return { events: perSecond(switches, 'context switches'), share: switches * each, own: switches * cost.own, bytes: switches * cost.bytes * seconds }; // prettier-ignore
  const others = Math.max(0, switches - ofTarget);
  return {
    events: `${perSecond(ofTarget, 'context switches')} of the target and ${perSecond(others, 'others')}`,
    share: ofTarget * each + others * cost.others,
    own: ofTarget * cost.own,
    bytes: ofTarget * cost.bytes * seconds,
  };
};

/** Samples are as many as asked for, if all CPUs are busy; a target is sampled on all CPUs, too. */
const bySamples = (cost: EventCost, hz: number, { cpus, seconds }: Budget): Estimate => {
  const rate = hz * (cost.threads ?? cpus);
  const where = cost.threads === undefined ? `on ${String(cpus)} CPUs` : 'of the main thread';
  const events = `at most ${perSecond(rate, 'samples')} ${where}`;
  return { events, share: rate * (cost.added + cost.own), own: rate * cost.own, bytes: rate * cost.bytes * seconds };
};

/** What an event costs on that host. */
const onHost = (cost: EventCost, { calibration: { scale } }: Budget): EventCost => ({
  ...cost,
  added: cost.added * scale,
  own: cost.own * scale,
  others: cost.others * scale,
});

/** What a way would cost now; undefined if its cost does not grow with events, or if their rate could not be read. */
export const estimateOf = (way: RunnableWay, { hz, target }: ProgramOptions, budget: Budget): Estimate | undefined => {
  const { perEvent } = way;
  if (perEvent === undefined) return undefined;
  const cost = onHost(perEvent, budget);
  if (cost.event === 'sample') return bySamples(cost, hz ?? way.hz ?? 0, budget);
  return bySwitches(cost, budget, target !== undefined);
};

/** The cost of one event as a clause: '6.1 us each on this host', '6.1 us each, not calibrated'. */
const eachOf = (cost: EventCost, alone: boolean, budget: Budget): string => {
  const { added, own } = onHost(cost, budget);
  const each = Number(((alone ? own : added + own) * 1e6).toPrecision(2));
  return `${each} us each${budget.calibration.say.startsWith('calibrated') ? ' on this host' : ', not calibrated'}`;
};

const over = (why: string, fix: string): Lack => ({ verdict: 'no', why, fix, overLimit: true });

const overMemory = (way: RunnableWay, { maxMemory, cpus, memory, load }: Budget): Lack | undefined => {
  const needed = way.memory?.(cpus);
  if (needed === undefined) return undefined;
  const needs = `it needs about ${inMegabytes(needed)} of memory`;
  if (maxMemory !== undefined && needed > maxMemory)
    return over(`${needs}, more than maxMemory (${inMegabytes(maxMemory)})`, `maxMemory: '${inMegabytes(needed * 1.25).replace(' ', '')}' (fbf: --max-memory)`); // prettier-ignore
  const free = Math.min(MOST_FREE, memory * FREE_SHARE);
  if (load.available !== undefined && load.available - free < needed)
    return over(`${needs}; of the host's ${inMegabytes(load.available)} (MemAvailable) ${inMegabytes(free)} are to stay free`, 'wait until memory is free on the host'); // prettier-ignore
  const { cgroup } = load;
  if (cgroup !== undefined && cgroup.limit - cgroup.used < needed)
    return over(`${needs}; the cgroup ${cgroup.path}, in which the login is, has ${inMegabytes(cgroup.limit)} and uses ${inMegabytes(cgroup.used)}`, 'log in where more memory is allowed (MemoryMax of the unit)'); // prettier-ignore
  return undefined;
};

/** A limit that such a cost would keep, with some room, as one would write it. */
const enough = (share: number): string => `${String(Math.ceil(share * 125))}%`;

const fixOf = ({ perEvent }: RunnableWay, share: number, hasTarget: boolean, hz: string): string =>
  [
    ...(perEvent?.event === 'context switch' && !hasTarget ? ['target: { pid: ... } (fbf: --pid)'] : []),
    ...(perEvent?.event === 'sample' ? [`hz: ${hz}`] : []),
    `maxCpu: '${enough(share)}' (fbf: --max-cpu ${enough(share)})`,
    ...(perEvent?.instead === undefined ? [] : [perEvent.instead]),
  ].join('; or ');

const overCost = (way: RunnableWay, options: ProgramOptions, budget: Budget): Lack | undefined => {
  const estimate = estimateOf(way, options, budget);
  if (estimate === undefined) return undefined;
  const { maxCpu = TRACER_CPU, maxBytes } = budget;
  const { events, bytes } = estimate;
  // What samples cost the tasks is spread over all CPUs: unless the caller gave a limit, only the tool's own part counts.
  const alone = way.perEvent?.event === 'sample' && budget.maxCpu === undefined;
  const share = alone ? estimate.own : estimate.share;
  const each = way.perEvent === undefined ? [] : [eachOf(way.perEvent, alone, budget)];
  const rate = way.perEvent?.event === 'sample' ? [] : [`measured for ${String(PAUSE)} s`];
  const measured = ` (${[...rate, ...each].join(', ')})`;
  const hz = Math.max(1, Math.floor(((options.hz ?? way.hz ?? 1) * maxCpu) / share));
  const fix = fixOf(way, share, options.target !== undefined, String(hz));
  if (share > maxCpu)
    return over(`${events}${measured} would cost ${alone ? `${way.tool} itself ` : ''}about ${inPercent(share)} of one CPU, more than maxCpu (${inPercent(maxCpu)})`, fix); // prettier-ignore
  if (maxBytes !== undefined && bytes > maxBytes)
    return over(`${events}${measured} would give about ${inMegabytes(bytes)}, more than maxBytes (${inMegabytes(maxBytes)})`, `maxBytes: '${inMegabytes(bytes * 1.25).replace(' ', '')}' (fbf: --max-bytes); or fewer seconds`); // prettier-ignore
  return undefined;
};

/** Why a way would use more than the caller or the host allows; undefined if it does not. */
export const overBudget = (way: RunnableWay, options: ProgramOptions, budget: Budget): Lack | undefined =>
  overMemory(way, budget) ?? overCost(way, options, budget);

/** What a way needs, as a clause for plans and checks. */
export const needsOf = (way: RunnableWay, options: ProgramOptions, budget: Budget): string => {
  const estimate = estimateOf(way, options, budget);
  const bytes = way.memory?.(budget.cpus);
  const upTo = way.perEvent?.event === 'sample' ? 'at most' : 'about';
  return [
    ...(estimate === undefined ? [] : [`${estimate.events}, ${upTo} ${inPercent(estimate.share)} of one CPU`]),
    ...(bytes === undefined ? [] : [`about ${inMegabytes(bytes)} of memory`]),
  ].join('; ');
};
