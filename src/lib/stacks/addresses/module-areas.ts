import { moduleBases } from '../symbols/modules.ts';
import type { KernelArea } from '../symbols/symbolizer.ts';

const latin1 = new TextDecoder('latin1');

/** The range of each module, from the text of /proc/modules; none if the kernel hid the addresses. */
export const moduleAreas = (text: Uint8Array | undefined): KernelArea[] => {
  if (text === undefined) return [];
  const bases = moduleBases(text);
  return latin1
    .decode(text)
    .split('\n')
    .flatMap((line) => {
      const [, name = '', size = ''] = /^(\S+) (\d+) /.exec(line) ?? [];
      const dso = `[${name}]`;
      const start = bases.get(dso);
      return start === undefined ? [] : [{ start, end: start + Number(size), dso, buildId: '' }];
    });
};
