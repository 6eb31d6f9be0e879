import { findMapping, withMapping, type Mapping, type Mappings } from './mappings.ts';

/** The mappings of one address space. */
export interface Space {
  /** Changes with every change of the mappings: what was looked up under another stamp may be wrong now. */
  stamp: number;
  mappings: Mappings | undefined;
  /** Mappings found lately, by the address's 64 KB: callchains go to and fro between a few files. */
  readonly recent: (Mapping | undefined)[];
  /**
   * How many share it at most: processes after fork, and images after execve (one that has gone is not taken off). One that
   * maps something where there may be others gets its own.
   */
  sharers: number;
  /** The image before execve: still running while the kernel loads the new one. */
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

/** As mappingAt() for an address that no number says exactly. Mappings begin and end at pages: their numbers are exact. */
export const mappingAtFar = ({ mappings }: Space, address: bigint): Mapping | undefined =>
  findMapping(mappings, address);

/** The address spaces and names of all processes while time goes on. */
export interface Processes {
  /** The space of a process; one that was never seen is empty. */
  space(pid: number): Space;
  map(pid: number, mapping: Mapping): void;
  /** A child begins with its parent's space (unless `fresh`: perf tells of processes that ran before) and name. */
  fork(child: { pid: number; tid: number }, parent: { pid: number; tid: number }, fresh: boolean): void;
  comm(tid: number, code: number): void;
  /** execve: the old mappings count only where nothing new is mapped. */
  exec(pid: number): void;
  /** The name's code; undefined where it was never told. */
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
      // One image back is enough: the one that called execve.
      if (old.sharers === 1) old.before = undefined;
      spaces.set(pid, empty(old));
    },
    commOf: (tid) => comms.get(tid),
  };
};
