import { readFileSync, writeFileSync } from 'node:fs';

/** What a Node with our readers in it holds before it reads anything: taken where the kernel cannot forget a peak. */
const USUAL = 110 << 20;

const held = (what: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`^${what}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? NaN) * 1024;

/** Lets the kernel forget this process's peak (proc_pid_clear_refs(5)); false where it cannot. */
const forgetPeak = (): boolean => {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return held('VmHWM') <= held('VmRSS') * 1.05;
  } catch {
    return false;
  }
};

/**
 * Begins to watch this process's memory; what it returns tells the bytes that were held at most since then, above what was
 * held before: the need of one input, without the garbage and the heap that earlier ones left.
 */
export const watchPeak = (): (() => number) => {
  globalThis.gc?.();
  const before = forgetPeak() ? held('VmRSS') : USUAL;
  return () => held('VmHWM') - before;
};
