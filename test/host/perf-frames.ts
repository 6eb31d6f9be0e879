import { execFileSync } from 'node:child_process';
import { valueAt } from '../../src/lib/columns/column.ts';
import { ROOT, type Profile } from '../../src/lib/stacks/profile.ts';

/** The frames of each sample, innermost first, as `NAME (FILE)`. */
export type Stacks = readonly (readonly string[])[];

const FRAME = /^\s*[0-9a-f]+ (.*?)(?: \(inlined\))? \(((?:\/|\[|anon|bpf_prog).*)\)$/;

/** What `perf script` says on the machine of the capture. */
export const perfScript = (file: string): Stacks => {
  const argv = ['script', '-i', file, '--no-inline', '-F', 'tid,time,ip,sym,dso'];
  const text = execFileSync('perf', argv, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
  });
  return text
    .split('\n\n')
    .filter((sample) => sample.trim() !== '')
    .map((sample) =>
      sample
        .split('\n')
        .slice(1)
        .flatMap((line) => {
          const [, name = '', dso = ''] = FRAME.exec(line) ?? [];
          return line.trim() === '' ? [] : [`${name} (${dso})`];
        }),
    );
};

/** The same of a profile. */
export const stacksOf = ({ samples, stacks, frames }: Profile): Stacks =>
  Array.from({ length: samples.size }, (_, row) => {
    const out: string[] = [];
    let at = (valueAt(samples.data['stack']!, row) as number | undefined) ?? ROOT;
    for (; at !== ROOT; at = stacks.parent[at]!) {
      const frame = stacks.frame[at]!;
      out.push(`${frames.names[frames.name[frame]!]!} (${frames.dsos[frames.dso[frame]!]!})`);
    }
    return out;
  });
