import { findMapping, withMapping, type Mapping, type Mappings } from '../../stacks/addresses/mappings.ts';

/** The mappings of one address space. */
export interface Space {
  /** Changes with every change of the mappings: lookups under an older stamp may be wrong. */
  stamp: number;
  mappings: Mappings | undefined;
  /** Cache of mappings, indexed by the address / 64 KB: callchains alternate between a few files. */
  readonly recent: (Mapping | undefined)[];
  /**
   * Upper bound of how many share it: processes after fork, and images after execve (exits are not subtracted). If
   * others may share it, a process that adds a mapping gets a copy first.
   */
  sharers: number;
  /** The image before execve: it still runs while the kernel loads the new one. */
  before: Space | undefined;
}

let stamps = 0;

const RECENT = 16;

const noneRecent = (): (Mapping | undefined)[] => new Array<Mapping | undefined>(RECENT).fill(undefined);

const empty = (before?: Space): Space => ({
  stamp: ++stamps,
  mappings: undefined,
  recent: noneRecent(),
  sharers: 1,
  before,
});

/** The mapping that holds the address. */
export const mappingAt = (space: Space, address: number): Mapping | undefined => {
  const slot = Math.floor(address / 65_536) & (RECENT - 1);
  const recent = space.recent[slot];
  if (recent !== undefined && address >= recent.start && address < recent.end) return recent;
  const found = findMapping(space.mappings, address);
  if (found !== undefined) space.recent[slot] = found;
  return found;
};

/**
 * As mappingAt(), for an address that a double cannot hold exactly. Mappings begin and end at pages, whose addresses
 * are exact.
 */
export const mappingAtFar = ({ mappings }: Space, address: bigint): Mapping | undefined =>
  findMapping(mappings, address);

/** Address spaces and names of all processes, as they change over the time of the recording. */
export interface Processes {
  /** The address space of a process; an empty one if the process was not seen before. */
  space(pid: number): Space;
  map(pid: number, mapping: Mapping): void;
  /**
   * A child inherits its parent's name and address space, unless `fresh`: then perf synthesized the record for a
   * process that ran before.
   */
  fork(child: { pid: number; tid: number }, parent: { pid: number; tid: number }, fresh: boolean): void;
  comm(tid: number, code: number): void;
  /** execve: addresses are looked up in the old mappings only where nothing new is mapped. */
  exec(pid: number): void;
  /** The code of a thread's name; undefined if no record named it. */
  commOf(tid: number): number | undefined;
}

/** Starts without processes. */
export const processes = (): Processes => {
  const spaces = new Map<number, Space>();
  const comms = new Map<number, number>();
  const space = (pid: number): Space => {
    let found = spaces.get(pid);
    if (found === undefined) spaces.set(pid, (found = empty()));
    return found;
  };
  return {
    space,
    map(pid, mapping) {
      let mine = space(pid);
      if (mine.sharers > 1) {
        mine.sharers--;
        mine = { ...mine, recent: noneRecent(), sharers: 1 };
        spaces.set(pid, mine);
      }
      mine.mappings = withMapping(mine.mappings, mapping);
      mine.recent.fill(undefined);
      mine.stamp = ++stamps;
    },
    fork(child, parent, fresh) {
      const comm = comms.get(parent.tid);
      if (comm !== undefined) comms.set(child.tid, comm);
      else comms.delete(child.tid);
      if (child.pid === parent.pid) return;
      if (fresh) {
        spaces.delete(child.pid);
        return;
      }
      const shared = space(parent.pid);
      shared.sharers++;
      spaces.set(child.pid, shared);
    },
    comm: (tid, code) => void comms.set(tid, code),
    exec(pid) {
      const old = spaces.get(pid);
      if (old === undefined) return;
      // Only the image that called execve is kept; earlier ones are dropped.
      if (old.sharers === 1) old.before = undefined;
      spaces.set(pid, empty(old));
    },
    commOf: (tid) => comms.get(tid),
  };
};
