import { ROOT } from '../../stacks/profile.ts';
import type { Address, ProcessStacks } from '../../stacks/addresses/process-stacks.ts';

/**
 * Cuts a stack off a text: a stack is empty or begins with a newline, has a frame per line, and ends before the next
 * comma that begins a line.
 */
export const cutStack = (text: string): { readonly stack: string; readonly rest: string } => {
  if (!text.startsWith('\n')) {
    const comma = text.indexOf(',');
    return comma === 0 ? { stack: '', rest: text.slice(1) } : { stack: '', rest: text };
  }
  const end = text.indexOf('\n,');
  return end < 0 ? { stack: text, rest: '' } : { stack: text.slice(0, end + 1), rest: text.slice(end + 2) };
};

/** `ffffffff82265488 __schedule+1576`, `0x40acae`, `7f1c2a0012`. */
const FRAME = /^(?:0x)?([0-9a-f]{1,16})(?: (.*))?$/;

interface Frame {
  readonly address: Address;
  readonly told: string;
}

/** The frames of a printed stack, outermost first. Lines that are not frames ("<unwind failure>") are left out. */
const framesOf = (text: string): Frame[] => {
  const frames: Frame[] = [];
  for (const line of text.split('\n')) {
    const [, hex = '', told = ''] = FRAME.exec(line.trim()) ?? [];
    if (hex === '') continue;
    const high = hex.length > 8 ? Number.parseInt(hex.slice(0, -8), 16) : 0;
    frames.push({ address: [high, Number.parseInt(hex.slice(-8), 16)], told: told.startsWith('0x') ? '' : told });
  }
  return frames.reverse();
};

/** Most texts whose stacks are remembered. */
const MOST = 1 << 17;

/** The stack of addresses of a printed kernel stack on a printed user stack. */
export type StackReader = (pid: number, kernel: string, user: string) => number;

/** Turns printed stacks into stacks of addresses; the same text is read once. */
export const stackReader = (into: ProcessStacks): StackReader => {
  const known = new Map<string, number>();
  const once = (key: string, read: () => number): number => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MOST) known.clear();
    const stack = read();
    known.set(key, stack);
    return stack;
  };
  return (pid, kernel, user) => {
    const base =
      user === ''
        ? ROOT
        : once(`u${pid}${user}`, () =>
            framesOf(user).reduce((parent, { address }) => into.user(parent, pid, address), ROOT),
          );
    if (kernel === '') return base;
    return once(`k${base}${kernel}`, () =>
      framesOf(kernel).reduce((parent, { address, told }) => into.kernel(parent, address, told), base),
    );
  };
};
