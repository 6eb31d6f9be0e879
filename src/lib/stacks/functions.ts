import { FRAME_KINDS, type FrameKind } from '../mime.ts';
import { internNames, internPairs } from './intern.ts';
import { INLINED, JIT, KERNEL, UNKNOWN } from './profile.ts';

/** Functions of a flame graph: equal name and kind are one function, whatever the address. */
export interface Functions {
  readonly names: readonly string[];
  /** An index into FRAME_KINDS of mime.ts, by function. */
  readonly kinds: Uint8Array;
}

const kindCode = (kind: FrameKind): number => FRAME_KINDS.indexOf(kind);

/** The kind of a frame by its flags: inlined and JIT take precedence over kernel and user. */
const kindOfFlags = (flags: number): FrameKind => {
  if ((flags & UNKNOWN) !== 0) return 'unknown';
  if ((flags & INLINED) !== 0) return 'inlined';
  if ((flags & JIT) !== 0) return 'jit';
  return (flags & KERNEL) !== 0 ? 'kernel' : 'user';
};

export interface FunctionBuilder {
  of(name: string, kind: FrameKind): number;
  done(): Functions;
}

export const buildFunctions = (): FunctionBuilder => {
  const names = internNames();
  const pairs = internPairs();
  return {
    of: (name, kind) => pairs.code(names.code(name), kindCode(kind)),
    done: () => ({
      names: Array.from(pairs.a.subarray(0, pairs.size), (code) => names.list[code] ?? ''),
      kinds: Uint8Array.from(pairs.b.subarray(0, pairs.size)),
    }),
  };
};

/** FlameGraph's annotations at the end of a folded frame's name give its kind: _[k] kernel, _[j] JIT, _[i] inlined. */
const annotated: Readonly<Record<string, FrameKind>> = { k: 'kernel', j: 'jit', i: 'inlined', w: 'user' };

/**
 * The shown name and the kind. Annotations of folded stacks become the kind; frames '-' and '--' only separate stacks.
 */
export const functionOf = (name: string, flags: number): readonly [string, FrameKind] => {
  if (name === '-' || name === '--') return [name, 'all'];
  const mark = /_\[([kwij])\]$/.exec(name);
  if (mark === null) return [name, kindOfFlags(flags)];
  return [name.slice(0, -4), annotated[mark[1] ?? ''] ?? 'user'];
};
