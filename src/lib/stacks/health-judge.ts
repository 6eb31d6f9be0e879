import type { Trouble } from './health-fix.ts';
import { LIBRARY, NOWHERE, type FrameFacts, type StackFacts } from './health-stack.ts';
import { ROOT, type Profile } from './profile.ts';

/** The counts of one binary in one process. */
export interface Tally {
  readonly process: number;
  readonly dso: number;
  samples: number;
  frames: number;
  unknown: number;
  broken: number;
  truncated: number;
  /** The number of the stack that was last counted here. */
  last: number;
  readonly why: Map<Trouble, number>;
}

/** The counts of all stacks together; see StackHealth. */
export interface Judged {
  samples: number;
  judged: number;
  frames: number;
  unknown: number;
  broken: number;
  truncated: number;
}

/** What the counts of several processes with one name add up to. */
export const addTally = (into: Tally, other: Tally): void => {
  for (const key of ['samples', 'frames', 'unknown', 'broken', 'truncated'] as const) into[key] += other[key];
  for (const [trouble, count] of other.why) add(into.why, trouble, count);
};

/** Creates the counts of one binary in one process and adds them to the others. */
export const newTally = (process: number, dso: number, all: Tally[]): Tally => {
  const tally = { process, dso, samples: 0, frames: 0, unknown: 0, broken: 0, truncated: 0, last: -1, why: new Map() };
  all.push(tally);
  return tally;
};

const add = (why: Map<Trouble, number>, trouble: Trouble, count: number): void => {
  why.set(trouble, (why.get(trouble) ?? 0) + count);
};

/**
 * The binary that a broken stack is attributed to: the innermost if hardly a frame was found, else the outermost that
 * was.
 */
const blamed = (facts: StackFacts, stack: number): number => {
  const inner = facts.innermost[stack] ?? ROOT;
  const outer = facts.outermost[stack] ?? ROOT;
  return (facts.userFrames[stack] ?? 0) <= 2 || outer === ROOT ? inner : outer;
};

/** What judging a stack needs to know about its profile. */
export interface Judge {
  readonly profile: Profile;
  readonly frames: FrameFacts;
  readonly facts: StackFacts;
  readonly limit: number;
  readonly flat: boolean;
  readonly tally: (process: number, dso: number) => Tally;
}

/** A distinct stack of a process, and how many samples have it. */
export interface CountedStack {
  /** Identifies the (process, stack) pair. */
  readonly number: number;
  readonly process: number;
  readonly stack: number;
  readonly count: number;
}

/** Adds a distinct stack of a process to the counts of the binaries that it passes through. */
export const judge = (
  { profile, frames, facts, limit, flat, tally }: Judge,
  { number, process, stack, count }: CountedStack,
) => {
  const { stacks, frames: table } = profile;
  const truncated = (stacks.depth[stack] ?? 0) >= limit;
  const user = (facts.userFrames[stack] ?? 0) > 0;
  const broken = user && !flat && !truncated && facts.begins[stack] !== 1;
  let [whole, unknown, unknownUser] = [0, 0, 0];
  let astray = false;
  for (let at = stack; at !== ROOT; at = stacks.parent[at] ?? ROOT) {
    const frame = stacks.frame[at] ?? 0;
    const row = tally(process, table.dso[frame] ?? 0);
    if (row.last !== number) {
      row.last = number;
      row.samples += count;
      if (truncated) row.truncated += count;
    }
    row.frames += count;
    whole += count;
    const why = frames.why[frame];
    if (frames.kind[frame] !== NOWHERE) astray = frames.kind[frame] === LIBRARY;
    if (why === undefined) continue;
    row.unknown += count;
    unknown += count;
    if (frames.kernel[frame] !== 1) unknownUser += count;
    add(row.why, why === 'no map' && astray ? 'no frame pointers' : why, count);
  }
  if (truncated) add(tally(process, table.dso[facts.innermost[stack] ?? 0] ?? 0).why, 'depth limit', count);
  if (broken) {
    const frame = blamed(facts, stack);
    const row = tally(process, table.dso[frame] ?? 0);
    row.broken += count;
    if (frames.why[frame] !== 'no map') add(row.why, 'no frame pointers', count);
  }
  return { frames: whole, unknown, unknownUser, user, broken, truncated };
};
