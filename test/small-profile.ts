import { buildSamples } from '../src/lib/stacks/samples.ts';
import { ROOT, UNKNOWN, KERNEL, unsaid, type Profile } from '../src/lib/stacks/profile.ts';
import { buildFrames, buildStacks } from '../src/lib/stacks/table.ts';

/** One sample, or `count` equal ones: 'main;work' from the outermost frame; `name@binary`, `_[k]` for the kernel. */
export interface SmallSample {
  readonly stack: string;
  readonly count?: number;
  readonly comm?: string;
  readonly pid?: number;
  readonly tid?: number;
  readonly t?: number;
}

const partsOf = (text: string): readonly [name: string, dso: string, flags: number] => {
  const [name = '', dso = '/bin/app'] = text.split('@');
  if (name.endsWith('_[k]')) return [name.slice(0, -4), '[kernel.kallsyms]', KERNEL];
  return [name, dso, name === '[unknown]' ? UNKNOWN : 0];
};

/** A small profile, written in the test. */
export const smallProfile = (samples: readonly SmallSample[], meta: Partial<Profile['meta']> = {}): Profile => {
  const [frames, stacks, rows] = [buildFrames(), buildStacks(), buildSamples()];
  const event = rows.event('cpu-clock');
  for (const { stack, count = 1, comm = 'app', pid, tid, t } of samples) {
    let at = ROOT;
    if (stack !== '') for (const frame of stack.split(';')) at = stacks.push(at, frames.frame(...partsOf(frame)));
    for (let i = 0; i < count; i++)
      rows.add({ t, pid, tid, period: 1, comm: rows.comm(comm), event, stack: at === ROOT ? undefined : at });
  }
  return {
    samples: rows.table(),
    stacks: stacks.table(),
    frames: frames.table(),
    lost: { records: 0, samples: 0 },
    meta: {
      ...unsaid,
      format: 'perf-script',
      ...meta,
    },
    warnings: [],
  };
};
