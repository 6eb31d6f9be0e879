import { printable } from '../../printable.ts';
import type { Calibration } from '../../recording/format.ts';

/** The work by which hosts are compared: which `cat` read how many empty files, and the CPU seconds that it took. */
export interface Work {
  readonly by: string;
  readonly files: number;
  readonly seconds: number;
}

/** CPU seconds of 512 files where the costs per event were measured (ADR 133, 145), by the `cat` that read them. */
const REFERENCE: Readonly<Record<string, number>> = { GNU: 5.8e-3, BusyBox: 3.7e-3 };
const FILES = 512;

/** Beyond these the work says more about itself than about what tracing costs. */
const [LEAST, MOST] = [0.3, 5];

const within = (scale: number): number => Math.min(MOST, Math.max(LEAST, scale));

const AS_MEASURED = 'the costs per event are those of the machine on which they were measured';

const milliseconds = (seconds: number): string => `${Number((seconds * 1000).toPrecision(2))} ms`;

/** How much longer kernel work takes on a host than where the costs per event were measured; scale 1 if that is not known. */
export const calibrationOf = (work: Work | undefined): Calibration => {
  if (work === undefined) return { scale: 1, say: `not calibrated: ${AS_MEASURED}` };
  const { by, files, seconds } = work;
  const reference = Object.hasOwn(REFERENCE, by) ? REFERENCE[by] : undefined;
  if (reference === undefined || files !== FILES || !(seconds > 0))
    return { scale: 1, say: `not calibrated: there is no reference for the cat of this host; ${AS_MEASURED}` };
  const measured = seconds / reference;
  const scale = within(measured);
  const limit = scale === measured ? '' : `, limited from ${Number(measured.toPrecision(2))}`;
  const say = `calibrated: ${Number(scale.toPrecision(2))} times the costs of the machine on which they were measured${limit}; ${by} cat opened ${files} empty files in ${milliseconds(seconds)} of CPU time, in ${milliseconds(reference)} there`;
  return { scale, say };
};

/** What a recording says of it; a recording may come from anywhere, or be older than the calibration. */
export const recordedCalibration = (recorded: Partial<Calibration> | undefined): Calibration => {
  const { scale, say } = recorded ?? {};
  if (typeof scale !== 'number' || !Number.isFinite(scale) || typeof say !== 'string') return calibrationOf(undefined);
  return { scale: within(scale), say: printable(say, 500) };
};
