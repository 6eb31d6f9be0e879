import { StringDecoder } from 'node:string_decoder';

type Name = 'stdout' | 'stderr';

/** Milliseconds that a frame waits for a mark that may never come, e.g. because the cell closed descriptor 1. */
const PATIENCE = 1000;

export interface Merge<F> {
  /** A frame from the pipe; `barrier` is the mark that was written to the descriptors just before it (0: none). */
  frame(frame: F, barrier: number): void;
  /** Bytes from descriptor 1 or 2: what native code and child processes wrote. */
  native(name: Name, chunk: Buffer): void;
  /** The descriptor was closed: frames no longer wait for its marks. */
  ended(name: Name): void;
}

type Say = (text: string) => void;

/** One descriptor: text with marks in it; the random `nonce` keeps a program from printing a mark by chance. */
const createStream = (nonce: string, emit: Say) => {
  const decoder = new StringDecoder('utf8');
  const open = `\0fbf:${nonce}:`;
  const pattern = new RegExp(`\\0fbf:${nonce}:(\\d+)\\0`);
  const held: { readonly behind: number; readonly text: string }[] = [];
  let rest = '';
  let mark = 0;
  let passed = 0;
  /** Text behind a mark waits until that mark's frame has come. */
  const say: Say = (text) => {
    if (text === '') return;
    if (mark > passed && mark !== Infinity) held.push({ behind: mark, text });
    else emit(text);
  };
  /** Offset up to which the text holds no part of a mark; the start of a possible mark waits for the next chunk. */
  const wholeUpTo = (text: string): number => {
    const at = text.lastIndexOf('\0');
    const end = at < 0 ? '' : text.slice(at);
    const mayBe = open.startsWith(end) || (end.startsWith(open) && /^\d*$/.test(end.slice(open.length)));
    return end !== '' && mayBe ? at : text.length;
  };
  return {
    /** The last mark that was read; Infinity when the descriptor was closed. */
    mark: (): number => mark,
    give: (barrier: number): void => {
      mark = Math.max(mark, barrier);
    },
    read: (chunk: Buffer): void => {
      let text = rest + decoder.write(chunk);
      for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
        say(text.slice(0, match.index));
        mark = Math.max(mark, Number(match[1]));
        text = text.slice(match.index + match[0].length);
      }
      const end = wholeUpTo(text);
      say(text.slice(0, end));
      rest = text.slice(end);
    },
    end: (): void => {
      say(rest + decoder.end());
      rest = '';
      mark = Infinity;
    },
    release: (barrier: number): void => {
      passed = barrier;
      for (let first = held[0]; first && first.behind <= passed; first = held[0]) {
        held.shift();
        emit(first.text);
      }
    },
  };
};

/**
 * Restores the order in which the user process wrote to its pipe and to descriptors 1 and 2: a frame that carries a
 * mark waits until both descriptors have shown the mark, and text behind a mark waits for the frame.
 */
export const createMerge = <F>(
  nonce: string,
  out: { readonly frame: (frame: F) => void; readonly native: (name: Name, text: string) => void },
): Merge<F> => {
  const stream = (name: Name) =>
    createStream(nonce, (text) => {
      out.native(name, text);
    });
  const streams = { stdout: stream('stdout'), stderr: stream('stderr') };
  const both = Object.values(streams);
  const waiting: { readonly frame: F; readonly barrier: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const giveUp = (): void => {
    timer = undefined;
    for (const each of both) each.give(waiting[0]?.barrier ?? 0);
    advance();
  };
  const advance = (): void => {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const { frame, barrier } = first;
      if (both.some((each) => each.mark() < barrier)) {
        timer ??= setTimeout(giveUp, PATIENCE);
        return;
      }
      clearTimeout(timer);
      timer = undefined;
      waiting.shift();
      out.frame(frame);
      if (barrier > 0) for (const each of both) each.release(barrier);
    }
  };
  return {
    frame: (frame, barrier) => {
      waiting.push({ frame, barrier });
      advance();
    },
    native: (name, chunk) => {
      streams[name].read(chunk);
      advance();
    },
    ended: (name) => {
      streams[name].end();
      advance();
    },
  };
};
