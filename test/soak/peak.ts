import { readFileSync, writeFileSync } from 'node:fs';

/** Memory of a Node process with our readers before it reads anything; used if the kernel cannot reset the peak. */
const USUAL = 110 << 20;

const held = (what: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`^${what}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? NaN) * 1024;

/** Resets this process's peak memory in the kernel (proc_pid_clear_refs(5)); false if the kernel cannot. */
const forgetPeak = (): boolean => {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return held('VmHWM') <= held('VmRSS') * 1.05;
  } catch {
    return false;
  }
};

/**
 * Starts to measure this process's memory; the returned function gives the peak since then above the start: the need of
 * one input, without garbage of earlier ones.
 */
export const watchPeak = (): (() => number) => {
  globalThis.gc?.();
  const before = forgetPeak() ? held('VmRSS') : USUAL;
  return () => held('VmHWM') - before;
};
