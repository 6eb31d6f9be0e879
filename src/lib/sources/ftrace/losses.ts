/** Events of one CPU that are not in its pages. */
export interface CpuLoss {
  readonly cpu: number;
  readonly events: number;
}

const count = (text: string, name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0);

/** Reads per_cpu/cpuN/stats: events that were overwritten before they were read, and those for which there was no room. */
export const lossOf = (file: string, text: string): CpuLoss | undefined => {
  const cpu = /^per_cpu\/cpu(\d+)\/stats$/.exec(file)?.[1];
  if (cpu === undefined) return undefined;
  const events = count(text, 'overrun') + count(text, 'commit overrun') + count(text, 'dropped events');
  return { cpu: Number(cpu), events };
};
