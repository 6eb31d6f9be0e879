/** Whether code keeps frame pointers: most functions do, some, hardly any; unknown if too few functions were seen. */
export type FramePointers = 'yes' | 'some' | 'no' | 'unknown';

/** e_machine of ELF files: elf(5). */
export const MACHINES = { x86: 62, arm: 183 } as const;

/** How many functions must begin in the code for a verdict, and the shares from which it is yes, and no. */
const LEAST = 20;
const [MOST, HARDLY] = [0.7, 0.15];
/** Compilers start functions at multiples of this (x86-64), after padding. */
const ALIGNED = 16;
/** A compiler may put other instructions between `push %rbp` and `mov %rsp,%rbp`. */
const WITHIN = 24;

/** Functions that save the caller's frame pointer and set their own, and functions that do not. */
interface Beginnings {
  framed: number;
  other: number;
}

const hasMove = (code: Uint8Array, from: number): boolean => {
  for (let at = from; at < from + WITHIN; at++) {
    if (code[at] !== 0x48) continue;
    // mov %rsp,%rbp in its two encodings
    if ((code[at + 1] === 0x89 && code[at + 2] === 0xe5) || (code[at + 1] === 0x8b && code[at + 2] === 0xec))
      return true;
  }
  return false;
};

/** Padding ends with int3 or a nop of any length; without padding the function before ends with ret. */
const isAfterEnd = (code: Uint8Array, at: number): boolean => {
  const [last, second, third] = [code[at - 1], code[at - 2], code[at - 3]];
  return last === 0xcc || last === 0x90 || last === 0xc3 || (last === 0 && (second === 0 || third === 0x1f || second === 0x1f || second === 0x44 || second === 0x40)); // prettier-ignore
};

/** Functions that need a stack: a leaf without one shows nothing. */
const x86 = (code: Uint8Array): Beginnings => {
  const found = { framed: 0, other: 0 };
  for (let start = ALIGNED; start + ALIGNED + WITHIN < code.length; start += ALIGNED) {
    if (!isAfterEnd(code, start)) continue;
    // endbr64
    const isMarked = code[start] === 0xf3 && code[start + 1] === 0x0f && code[start + 2] === 0x1e;
    const at = isMarked ? start + 4 : start;
    const [first, second] = [code[at] ?? 0, code[at + 1] ?? 0];
    if (first === 0x55) found[hasMove(code, at + 1) ? 'framed' : 'other']++;
    else if (first === 0x53 || (first === 0x41 && second >= 0x54 && second <= 0x57)) found.other++;
    else if (first === 0x48 && (second === 0x83 || second === 0x81) && code[at + 2] === 0xec) found.other++;
  }
  return found;
};

/** `stp x29, x30, [sp, ...]` begins a frame record if `mov/add x29, sp` follows; other functions save x30 elsewhere. */
const arm = (code: Uint8Array): Beginnings => {
  const found = { framed: 0, other: 0 };
  const view = new DataView(code.buffer, code.byteOffset, code.length - (code.length % 4));
  const word = (at: number): number => (at + 4 <= view.byteLength ? view.getUint32(at, true) : 0);
  for (let at = 0; at < view.byteLength; at += 4) {
    const one = word(at);
    // str x30, [sp, #-N]!
    if ((one & 0xffe0_0fff) >>> 0 === 0xf800_0ffe) found.other++;
    // stp x29, x30, [sp, #-N]! or [sp, #N]
    if ((one & 0xff40_7fff) >>> 0 !== 0xa900_7bfd) continue;
    // add x29, sp, #N
    const sets = [1, 2, 3, 4, 5, 6].some((i) => (word(at + i * 4) & 0xffc0_03ff) >>> 0 === 0x9100_03fd);
    found[sets ? 'framed' : 'other']++;
  }
  return found;
};

/**
 * Whether pieces of a binary's code keep frame pointers, by how functions begin in them. A sample, not a proof: one
 * function without them is enough to cut a stack, and hand-written assembly has its own rules.
 */
export const framePointers = (machine: number, code: readonly Uint8Array[]): FramePointers => {
  const read = machine === MACHINES.x86 ? x86 : machine === MACHINES.arm ? arm : undefined;
  if (read === undefined) return 'unknown';
  const all = code.map(read);
  const framed = all.reduce((sum, each) => sum + each.framed, 0);
  const seen = all.reduce((sum, each) => sum + each.other, framed);
  if (seen < LEAST) return 'unknown';
  if (framed >= MOST * seen) return 'yes';
  return framed < HARDLY * seen ? 'no' : 'some';
};
