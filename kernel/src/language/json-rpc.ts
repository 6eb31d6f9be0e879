import type { Readable, Writable } from 'node:stream';

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** JSON-RPC 2.0 with Content-Length headers, as language servers speak it. */
export interface Connection {
  request(method: string, params: unknown): Promise<unknown>;
  /** Rejects all pending requests. */
  end(why: string): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Talks over a pair of streams; `answer` handles requests of the other side. */
export const connect = (
  input: Readable,
  output: Writable,
  answer: (method: string, params: unknown) => unknown,
): Connection => {
  const waiting = new Map<number | string, Waiting>();
  let asked = 0;
  let gone: string | undefined;
  const write = (message: object): void => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    if (output.writable) output.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  };
  const receive = ({ id, method, params, result, error }: Message): void => {
    if (method !== undefined) {
      if (id !== undefined) write({ id, result: answer(method, params) });
      return;
    }
    const pending = waiting.get(id ?? 0);
    waiting.delete(id ?? 0);
    if (error) pending?.reject(new Error(error.message));
    else pending?.resolve(result);
  };
  input.on('data', framed(receive));
  output.on('error', () => undefined);
  return {
    request: (method, params) =>
      new Promise((resolve, reject) => {
        if (gone !== undefined) {
          reject(new Error(gone));
          return;
        }
        const id = ++asked;
        waiting.set(id, { resolve, reject });
        write({ id, method, params });
      }),
    end: (why) => {
      gone = why;
      for (const { reject } of waiting.values()) reject(new Error(why));
      waiting.clear();
    },
  };
};

/** Splits a byte stream into messages by their Content-Length. */
const framed = (receive: (message: Message) => void): ((bytes: Buffer) => void) => {
  let held: Buffer = Buffer.alloc(0);
  return (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    for (;;) {
      const head = held.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: *(\d+)/i.exec(held.subarray(0, head).toString('latin1'))?.[1] ?? 0);
      const end = head + 4 + length;
      if (held.length < end) return;
      const body = held.subarray(head + 4, end).toString();
      held = held.subarray(end);
      receive(JSON.parse(body) as Message);
    }
  };
};
