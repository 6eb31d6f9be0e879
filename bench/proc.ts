import { parseArgs } from 'node:util';
import { decodeBench } from './proc/decode.ts';
import { hostCostBench } from './proc/host-cost.ts';

/**
 * The cost of recording processes: on the host, CPU per sample beside pidstat and atop in the same run; on this
 * machine, time, memory and disk for ten minutes of samples.
 */
export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      processes: { type: 'string', default: '3000' },
      active: { type: 'string', default: '60' },
      samples: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: 'host,decode' },
    },
  });
  const count = Number(values.processes);
  const active = Number(values.active);
  if (values.only.includes('decode')) await decodeBench({ processes: count, seconds: 600, active: 0.1, churn: 3 });
  if (values.only.includes('host')) await hostCostBench(count, active, Number(values.samples), Number(values.rounds));
};
