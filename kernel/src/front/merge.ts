import { StringDecoder } from 'node:string_decoder';

type Name = 'stdout' | 'stderr';

/** How long a frame waits for a mark that the cell made impossible, e.g. by closing descriptor 1. */
const PATIENCE = 1000;

export interface Merge<F> {
  /** A frame from the pipe; `barrier` (0: none) is the mark that was written to the descriptors just before it. */
  frame(frame: F, barrier: number): void;
  /** Bytes from descriptor 1 or 2: what native code and child processes wrote. */
  native(name: Name, chunk: Buffer): void;
  /** The descriptor has ended: nothing waits for it any more. */
  ended(name: Name): void;
}

/** The mark that the user process writes into descriptors 1 and 2; `nonce` keeps programs from writing it by chance. */
export const markOf = (nonce: string, barrier: number): string => `\0fbf:${nonce}:${barrier}\0`;

interface Stream {
  readonly decoder: StringDecoder;
  rest: string;
  /** The last mark that was read; Infinity when the descriptor has ended. */
  mark: number;
  /** Text that stands behind a mark whose frame has not come yet. */
  held: { readonly behind: number; readonly text: string }[];
}

/**
 * Puts what came by three pipes into the order in which it was written: a frame that carries a mark waits until the mark
 * has come through both descriptors, and text behind a mark waits for that frame.
 */
export const createMerge = <F>(
  nonce: string,
  out: { readonly frame: (frame: F) => void; readonly native: (name: Name, text: string) => void },
): Merge<F> => {
  const stream = (): Stream => ({ decoder: new StringDecoder('utf8'), rest: '', mark: 0, held: [] });
  const streams: Record<Name, Stream> = { stdout: stream(), stderr: stream() };
  const names = ['stdout', 'stderr'] as const;
  const waiting: { readonly frame: F; readonly barrier: number }[] = [];
  const pattern = new RegExp(`\\0fbf:${nonce}:(\\d+)\\0`);
  const open = `\0fbf:${nonce}:`;
  let passed = 0;
  let timer: NodeJS.Timeout | undefined;

  const release = (): void => {
    for (const name of names) {
      const { held } = streams[name];
      for (let first = held[0]; first && first.behind <= passed; first = held[0]) {
        held.shift();
        out.native(name, first.text);
      }
    }
  };
  const giveUp = (): void => {
    timer = undefined;
    const barrier = waiting[0]?.barrier ?? 0;
    for (const name of names) streams[name].mark = Math.max(streams[name].mark, barrier);
    advance();
  };
  const advance = (): void => {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const { barrier } = first;
      if (names.some((name) => streams[name].mark < barrier)) {
        timer ??= setTimeout(giveUp, PATIENCE);
        return;
      }
      clearTimeout(timer);
      timer = undefined;
      waiting.shift();
      out.frame(first.frame);
      if (barrier > passed) {
        passed = barrier;
        release();
      }
    }
  };
  const say = (name: Name, text: string): void => {
    const { mark, held } = streams[name];
    if (text === '') return;
    if (mark > passed && mark !== Infinity) held.push({ behind: mark, text });
    else out.native(name, text);
  };
  /** The start of what may become a mark stays until more comes. */
  const tail = (text: string): number => {
    const at = text.lastIndexOf('\0');
    if (at < 0) return text.length;
    const end = text.slice(at);
    return open.startsWith(end) || (end.startsWith(open) && /^\d*$/.test(end.slice(open.length))) ? at : text.length;
  };
  return {
    frame: (frame, barrier) => {
      waiting.push({ frame, barrier });
      advance();
    },
    native: (name, chunk) => {
      const stream = streams[name];
      let text = stream.rest + stream.decoder.write(chunk);
      for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
        say(name, text.slice(0, match.index));
        stream.mark = Math.max(stream.mark, Number(match[1]));
        text = text.slice(match.index + match[0].length);
      }
      const end = tail(text);
      say(name, text.slice(0, end));
      stream.rest = text.slice(end);
      advance();
    },
    ended: (name) => {
      say(name, streams[name].rest + streams[name].decoder.end());
      streams[name].rest = '';
      streams[name].mark = Infinity;
      advance();
    },
  };
};
