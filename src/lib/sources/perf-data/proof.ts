import { hostname, machine, release } from 'node:os';
import type { Bytes } from '../../bytes/bytes.ts';
import { runningKernel, type Proof } from '../../stacks/symbols/host.ts';
import { isSameId } from '../../stacks/symbols/source.ts';
import type { Features } from './features.ts';

/** What a capture says about where and when it was recorded. */
interface Told {
  readonly features: Features;
  /** The kernel's build-id; '' if the capture does not give it. */
  readonly kernelBuildId: string;
  readonly bytes: Bytes;
}

/** When the recording ended, in ms since 1970: by its own clock, else by the file's modification time. */
const endOf = ({ features: { clock, sampleTime }, bytes }: Told): number =>
  clock === undefined || sampleTime === undefined
    ? (bytes.modified ?? Date.now())
    : (Number(clock.wall) + Number(sampleTime.last) - Number(clock.clock)) / 1e6;

/** Compares what the capture and this machine say: what is equal, and whether anything differs. */
const compared = ({ features, kernelBuildId }: Told) => {
  const running = runningKernel();
  const pairs = [
    [features.hostname, hostname()],
    [features.osRelease, release()],
    [features.arch, machine()],
  ] as const;
  const sameKernel = isSameId(kernelBuildId, running);
  const otherKernel = kernelBuildId !== '' && running !== '' && !sameKernel;
  return {
    sameKernel,
    all: !otherKernel && pairs.every(([told, here]) => told === here),
    differs: otherKernel || pairs.some(([told, here]) => told !== undefined && told !== here),
  };
};

/**
 * What a capture proves: the same kernel, by build-id; the same host, by host name, kernel release and architecture
 * together. A capture without these (an old pipe) proves nothing.
 */
export const proofOf = (told: Told): Proof => {
  const { sameKernel, all } = compared(told);
  return { host: all, kernel: sameKernel || all, before: endOf(told) };
};

/**
 * What running `fbf symbols` on this machine asserts: that the file was recorded here, unless the capture contradicts
 * it.
 */
export const claimOf = (told: Told): Proof => {
  const { sameKernel, differs } = compared(told);
  return { host: !differs, kernel: sameKernel || !differs, before: Infinity };
};
