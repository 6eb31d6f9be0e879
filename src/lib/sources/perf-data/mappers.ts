import type { Bytes } from '../../bytes/bytes.ts';
import type { Mappers } from '../../stacks/addresses/wanted.ts';
import { blocks, newEnd, recordSize } from './blocks.ts';
import { RECORD } from './format.ts';
import { readHeader } from './header.ts';
import { readMmap } from './mmap.ts';
import { readFork } from './tasks.ts';

const PROT_EXEC = 4;
const MOST = 8;
const MOST_KNOWN = 64;

const keyOf = (name: string, buildId: string): string => `${buildId}\0${name}`;

/** What a walk over the mapping, fork and exit records finds. */
const newWalk = (little: boolean) => {
  const byFile = new Map<string, Set<number>>();
  const children = new Map<number, number[]>();
  const ended = new Set<number>();
  return {
    byFile,
    children,
    ended,
    take(view: DataView, at: number, type: number): void {
      if (type === RECORD.MMAP || type === RECORD.MMAP2) {
        const facts = readMmap(view, at, little);
        if (facts === undefined || facts.pid <= 0 || (facts.file.protection & PROT_EXEC) === 0) return;
        const key = keyOf(facts.file.filename, facts.file.buildId);
        const pids = byFile.get(key);
        if (pids === undefined) byFile.set(key, new Set([facts.pid]));
        else if (pids.size < MOST_KNOWN) pids.add(facts.pid);
      } else if (type === RECORD.FORK || type === RECORD.EXIT) {
        const facts = readFork(view, at, little);
        if (facts === undefined) return;
        const { child, parent } = facts;
        if (type === RECORD.EXIT) {
          if (child.pid === child.tid) ended.add(child.pid);
        } else if (child.pid !== parent.pid)
          children.set(parent.pid, [...(children.get(parent.pid) ?? []), child.pid].slice(-MOST));
      }
    },
  };
};

/**
 * Which processes mapped which file, by a walk over a capture. At most 8 each: those first that had not ended when the
 * capture ended; a child has the files of its parent.
 */
export const mappersIn = async (bytes: Bytes): Promise<Mappers> => {
  const header = readHeader(bytes);
  const { little } = header;
  const walk = newWalk(little);
  for await (const block of blocks(bytes, header, newEnd())) {
    const { view, from, to } = block;
    for (let at = from; at < to; at += recordSize(view, at, little)) walk.take(view, at, view.getUint32(at, little));
    block.release();
  }
  const { byFile, children, ended } = walk;
  return ({ name, buildId }) => {
    const own = [...(byFile.get(keyOf(name, buildId)) ?? byFile.get(keyOf(name, '')) ?? [])];
    const all = [...new Set([...own, ...own.flatMap((pid) => children.get(pid) ?? [])])];
    return [...all.filter((pid) => !ended.has(pid)), ...all.filter((pid) => ended.has(pid))].slice(0, MOST);
  };
};
