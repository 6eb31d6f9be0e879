import type { KernelArea, KernelFacts } from '../../stacks/symbols/symbolizer.ts';
import type { MmapFacts } from '../../stacks/addresses/dsos.ts';

/** Collects what a capture's own records say about the kernel of the host. */
export interface KernelMaps {
  /** A mapping of the kernel itself (pid -1). */
  map(facts: MmapFacts): void;
  /**
   * A function that the kernel created at run time (PERF_RECORD_KSYMBOL). A later one at the same address replaces it.
   */
  symbol(start: number, length: number, name: string): void;
  /** `buildIdOf`: the build-id of a file from the header; '' if it has none. */
  facts(buildIdOf: (filename: string) => string): KernelFacts;
}

/** '/lib/modules/6.1/kernel/net/virtio_net.ko.xz' is the module [virtio_net]. */
const moduleName = (filename: string): string => {
  if (filename.startsWith('[')) return filename;
  const base = filename.slice(filename.lastIndexOf('/') + 1).replace(/\.ko(?:\.(?:gz|xz|zst))?$/, '');
  return `[${base.replaceAll('-', '_')}]`;
};

export const kernelMaps = (): KernelMaps => {
  const modules = new Map<number, KernelArea>();
  const made = new Map<number, KernelArea>();
  const files = new Map<number, string>();
  let anchor: KernelFacts['anchor'];
  let own = '';
  return {
    map({ start, length, offset, file: { filename, buildId } }) {
      const kernel = /^\[(?:guest\.)?kernel(?:\.kallsyms)?(?:\.\d+)?\](.*)$/.exec(filename);
      if (kernel === null) {
        modules.set(start, { start, end: start + length, dso: moduleName(filename), buildId });
        files.set(start, filename);
      } else if (!filename.startsWith('[guest')) {
        if (kernel[1] !== undefined && kernel[1] !== '') anchor = { symbol: kernel[1], address: offset };
        if (buildId !== '') own = buildId;
      }
    },
    symbol(start, length, name) {
      made.set(start, { start, end: start + length, dso: name, symbol: name, buildId: '' });
    },
    facts(buildIdOf) {
      const known = [...modules.values()].map((area) =>
        area.buildId === '' ? { ...area, buildId: buildIdOf(files.get(area.start) ?? '') } : area,
      );
      const buildId = own === '' ? buildIdOf('[kernel.kallsyms]') : own;
      return { buildId, anchor, areas: [...known, ...made.values()] };
    },
  };
};
