import type { TextRows } from './text-rows.ts';

/** Puts the stacks that follow events into their rows. */
export interface TextStacks {
  /** An event was read: the stacks before it are complete. */
  event(rows: TextRows, tid: number, cpu: number): void;
  /** A line that announces a stack. */
  begin(kind: 'stack' | 'user stack', tid: number, cpu: number): void;
  /** A line; false if it is none of a stack. */
  line(bytes: Uint8Array, from: number, to: number): boolean;
  end(): void;
  /** Stacks that follow no event of their thread. */
  readonly left: number;
}

/** ' => schedule (ffffffff814b260e)' of trace-cmd, ' => schedule' of the kernel; user code without a symbol is an address. */
const FRAME = /^ *=> +(.*?)(?: [(<][0-9a-f]{8,16}[)>])?$/;
const MOST_FRAMES = 512;
const [SPACE, EQUALS, GREATER] = [32, 61, 62];

const isFrame = (bytes: Uint8Array, from: number, to: number): boolean => {
  let at = from;
  while (at < to && bytes[at] === SPACE) at++;
  return bytes[at] === EQUALS && bytes[at + 1] === GREATER && at + 2 < to;
};

/** A semicolon separates the functions of a stack. */
const nameIn = (bytes: Uint8Array, from: number, to: number): string => {
  const said = Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(to - from, 1000)).toString('utf8');
  return (FRAME.exec(said)?.[1] ?? said.trim()).replaceAll(';', ':');
};

/** Starts without a stack. */
export const textStacks = (): TextStacks => {
  const last: { rows: TextRows | undefined; tid: number; cpu: number } = { rows: undefined, tid: 0, cpu: 0 };
  let [kernel, user]: [string[], string[]] = [[], []];
  let frames = kernel;
  let [left, isOurs] = [0, true];
  const end = (): void => {
    isOurs = true;
    if (kernel.length + user.length > 0) {
      last.rows?.stack([...user.toReversed(), ...kernel.toReversed()].join(';'));
      [kernel, user] = [[], []];
    }
    frames = kernel;
  };
  return {
    get left() {
      return left;
    },
    event(rows, tid, cpu) {
      end();
      last.rows = rows;
      last.tid = tid;
      last.cpu = cpu;
    },
    begin(kind, tid, cpu) {
      isOurs = last.rows !== undefined && last.tid === tid && last.cpu === cpu;
      if (!isOurs) left++;
      frames = kind === 'stack' ? kernel : user;
    },
    line(bytes, from, to) {
      if (!isFrame(bytes, from, to)) return false;
      if (last.rows === undefined && isOurs) {
        left++;
        isOurs = false;
      }
      if (isOurs && frames.length < MOST_FRAMES)
        frames.push(frames === kernel ? `${nameIn(bytes, from, to)}_[k]` : nameIn(bytes, from, to));
      return true;
    },
    end,
  };
};
