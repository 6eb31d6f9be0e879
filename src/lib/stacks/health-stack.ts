import { JIT, KERNEL, ROOT, UNKNOWN, type Profile } from './profile.ts';
import { isAnonymous, isLibc } from './health-binary.ts';
import type { Trouble } from './health-fix.ts';
import { RUNTIMES, runtimeOf, type Runtime } from './runtimes.ts';

/** Functions that stacks begin with: entry points of programs, threads and runtimes. */
const BEGINNINGS = new Set(
  (
    '_start main __libc_start_main __libc_start_call_main __libc_start_main_impl start_thread clone __clone clone3 ' +
    '__clone3 __GI___clone __GI___clone3 thread_start thread_native_entry _dl_start _dl_start_user _dl_start_final ' +
    'runtime.goexit runtime.goexit.abi0 runtime.rt0_go runtime.rt0_go.abi0 runtime.mstart runtime.mstart0 ' +
    'runtime.mstart.abi0 runtime.mcall runtime.mcall.abi0 runtime.systemstack runtime.systemstack.abi0 runtime.sigreturn ' +
    'runtime.sigreturn__sigaction runtime.main __restore_rt (root)'
  ).split(' '),
);

/**
 * Facts about stacks, by the stack id of the innermost frame. Computed from the caller's facts: callers have smaller
 * ids.
 */
export interface StackFacts {
  /** Number of user-mode frames. */
  readonly userFrames: Uint32Array;
  /** 1 if one of the outermost three user frames is an entry point. */
  readonly begins: Uint8Array;
  /** The outermost user frame with a name, and the innermost user frame; ROOT if there is none. */
  readonly outermost: Uint32Array;
  readonly innermost: Uint32Array;
  /** Marks of all frames together: INTERPRETER, PROGRAM, GO, RUST. */
  readonly marks: Uint8Array;
}

/** The frame is an interpreter's function; or one that a runtime compiled, with its name; or of Go's or Rust's library. */
export const INTERPRETER = 1;
export const PROGRAM = 2;
export const GO = 4;
export const RUST = 8;

const LOOPS = new Set(RUNTIMES.map(({ interpreter }) => interpreter));
const functionsOf = (runtime: Runtime): RegExp => RUNTIMES.find(({ name }) => name === runtime)?.functions ?? /$^/;
const [GOES, RUSTS] = [functionsOf('go'), functionsOf('rust')];

const marksOf = (name: string, isNamed: boolean, flags: number): number => {
  if (!isNamed) return 0;
  if (LOOPS.has(name)) return INTERPRETER;
  if ((flags & JIT) !== 0 || name.startsWith('py::')) return PROGRAM;
  return GOES.test(name) ? GO : RUSTS.test(name) ? RUST : 0;
};

/**
 * NOWHERE: an address outside all mappings. If it called a library, the walk without frame pointers has read a non-code
 * address from the stack. If it called a runtime, or was sampled itself, it may be code compiled at run time.
 */
export const NOWHERE = 1;
export const LIBRARY = 2;

/** Facts about frames. */
export interface FrameFacts {
  /** NOWHERE, LIBRARY, or 0 for others. */
  readonly kind: Uint8Array;
  readonly kernel: Uint8Array;
  readonly unknown: Uint8Array;
  readonly beginning: Uint8Array;
  readonly marks: Uint8Array;
  /** Why a frame has no name; undefined if it has one. */
  readonly why: readonly (Trouble | undefined)[];
}

/** How many of the outermost user frames may be entry points. */
export const LOOK = 3;

export const frameFacts = ({ frames, meta }: Profile): FrameFacts => {
  const { size } = frames;
  const missing = new Set(meta.missing);
  const kinds = frames.dsos.map((dso) => {
    if (dso === '[unknown]') return NOWHERE;
    return dso === '' || isAnonymous(dso) || runtimeOf(dso) !== undefined ? 0 : LIBRARY;
  });
  const kind = new Uint8Array(size);
  const out = {
    kernel: new Uint8Array(size),
    unknown: new Uint8Array(size),
    beginning: new Uint8Array(size),
    marks: new Uint8Array(size),
  };
  const why: (Trouble | undefined)[] = [];
  for (let f = 0; f < size; f++) {
    const flags = frames.flags[f] ?? 0;
    const name = frames.names[frames.name[f] ?? 0] ?? '';
    const dso = frames.dsos[frames.dso[f] ?? 0] ?? '';
    out.kernel[f] = (flags & KERNEL) !== 0 || name.endsWith('_[k]') ? 1 : 0;
    kind[f] = out.kernel[f] === 1 ? 0 : (kinds[frames.dso[f] ?? 0] ?? 0);
    out.unknown[f] = (flags & UNKNOWN) !== 0 || name === '[unknown]' ? 1 : 0;
    out.beginning[f] = BEGINNINGS.has(name) || (out.unknown[f] === 1 && isLibc(dso)) ? 1 : 0;
    out.marks[f] = marksOf(name, out.unknown[f] === 0 && out.kernel[f] === 0, flags);
    if (out.unknown[f] === 0) why.push(undefined);
    else if (missing.has(dso) && !isAnonymous(dso)) why.push('symbols elsewhere');
    else if (out.kernel[f] === 1) why.push('kernel hidden');
    else if (dso === '') why.push('no symbols');
    else why.push(isAnonymous(dso) || (flags & JIT) !== 0 ? 'no map' : 'no symbols');
  }
  return { ...out, kind, why };
};

export const stackFacts = ({ stacks }: Profile, frames: FrameFacts): StackFacts => {
  const { size } = stacks;
  const userFrames = new Uint32Array(size);
  const begins = new Uint8Array(size);
  const marks = new Uint8Array(size);
  const outermost = new Uint32Array(size).fill(ROOT);
  const innermost = new Uint32Array(size).fill(ROOT);
  for (let s = 0; s < size; s++) {
    const frame = stacks.frame[s] ?? 0;
    const up = stacks.parent[s] ?? ROOT;
    if (up !== ROOT) {
      userFrames[s] = userFrames[up] ?? 0;
      begins[s] = begins[up] ?? 0;
      outermost[s] = outermost[up] ?? ROOT;
      innermost[s] = innermost[up] ?? ROOT;
      marks[s] = marks[up] ?? 0;
    }
    marks[s] = (marks[s] ?? 0) | (frames.marks[frame] ?? 0);
    if (frames.kernel[frame] === 1) continue;
    userFrames[s] = (userFrames[s] ?? 0) + 1;
    innermost[s] = frame;
    if (frames.unknown[frame] === 0 && outermost[s] === ROOT) outermost[s] = frame;
    if (frames.beginning[frame] === 1 && (userFrames[s] ?? 0) <= LOOK) begins[s] = 1;
  }
  return { userFrames, begins, outermost, innermost, marks };
};
