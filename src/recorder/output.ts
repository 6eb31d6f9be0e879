/** What a program prints, from its first byte on: kept until there is a file to write it to. */
export interface Output {
  /** Resolves with the first bytes; never, if none come. */
  readonly first: Promise<void>;
  /** Resolves at the end of the output; rejects with the error of `write`. */
  readonly ended: Promise<void>;
  /** Bytes so far. */
  size(): number;
  /** Writes what has arrived, and what will arrive. Once. */
  into(write: (bytes: Uint8Array) => Promise<void>): Promise<void>;
}

/** Reads the output of a program at once, so that a tool that starts earlier than others does not lose events. */
export const readOutput = (output: AsyncIterable<Uint8Array>): Output => {
  const early: Uint8Array[] = [];
  let write: ((bytes: Uint8Array) => Promise<void>) | undefined;
  let size = 0;
  let begin: () => void = () => undefined;
  const first = new Promise<void>((resolve) => (begin = resolve));
  const read = async (): Promise<void> => {
    for await (const bytes of output) {
      begin();
      size += bytes.length;
      if (write === undefined) early.push(bytes);
      else await write(bytes);
    }
  };
  const ended = read();
  ended.catch(() => undefined); // whoever waits for the end gets it
  return {
    first,
    ended,
    size: () => size,
    into: async (to) => {
      for (let bytes = early.shift(); bytes !== undefined; bytes = early.shift()) await to(bytes);
      write = to;
    },
  };
};
