import type { FileSample, SourceSample } from '../sources/source.ts';

/** The current files of a stream: deltas are computed against them, keyframes are made of them. */
export interface Content {
  /** Applies a sample (copies what it keeps), and returns what changed. */
  take(sample: Pick<SourceSample, 'whole' | 'files' | 'gone'>): {
    readonly files: FileSample[];
    readonly gone: string[];
  };
  /** All files, as for a keyframe. */
  all(): FileSample[];
}

const same = (a: FileSample, b: FileSample): boolean =>
  a.bytes === undefined || b.bytes === undefined
    ? a.bytes === b.bytes && a.why === b.why
    : a.bytes.length === b.bytes.length && Buffer.compare(a.bytes, b.bytes) === 0;

const copied = (file: FileSample): FileSample => (file.bytes ? { ...file, bytes: new Uint8Array(file.bytes) } : file);

const absent = (now: ReadonlyMap<string, FileSample>, files: readonly FileSample[]): readonly string[] => {
  const there = new Set(files.map(({ path }) => path));
  return [...now.keys()].filter((path) => !there.has(path));
};

const leave = (now: Map<string, FileSample>, path: string): boolean => {
  if (!path.endsWith('/')) return now.delete(path);
  let any = false;
  for (const name of now.keys()) if (name.startsWith(path)) any = now.delete(name) || any;
  return any;
};

/** An empty content. */
export const newContent = (): Content => {
  const now = new Map<string, FileSample>();
  return {
    take({ whole, files, gone }) {
      const left = whole ? absent(now, files) : gone;
      const changed: FileSample[] = [];
      const went = left.filter((path) => leave(now, path));
      for (const file of files) {
        const before = now.get(file.path);
        if (before && same(before, file)) continue;
        const kept = copied(file);
        now.set(file.path, kept);
        changed.push(kept);
      }
      return { files: changed, gone: went };
    },
    all: () => [...now.values()],
  };
};
