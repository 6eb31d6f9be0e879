/** Pages and frames made by hand, in either byte order. */
export interface Made {
  /** An event: its type_len (0: its length is in the next word), its time since the one before, and its data. */
  readonly event: (delta: number, data: Uint8Array) => Uint8Array;
  readonly extend: (delta: number) => Uint8Array;
  readonly stamp: (time: bigint) => Uint8Array;
  readonly padding: (delta: number, bytes: number) => Uint8Array;
  readonly page: (time: bigint, events: readonly Uint8Array[], flags?: number) => Uint8Array;
  /** The data of an event: id, common fields, pid, then what follows. */
  readonly data: (id: number, tid: number, rest: Uint8Array) => Uint8Array;
  readonly words: (...values: readonly number[]) => Uint8Array;
}

export const made = (little: boolean): Made => {
  const words = (...values: readonly number[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, i) => { view.setUint32(i * 4, value >>> 0, little); }); // prettier-ignore
    return new Uint8Array(view.buffer);
  };
  const long = (value: bigint): Uint8Array => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, value, little);
    return new Uint8Array(view.buffer);
  };
  const head = (type: number, delta: number): number => (little ? type | (delta << 5) : (type << 27) | delta) >>> 0;
  const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  const low = (value: bigint): number => Number(value & 0x7ffffffn);
  return {
    words,
    event: (delta, data) => {
      const room = (data.length + 3) & ~3;
      const padded = joined(data, new Uint8Array(room - data.length));
      if (room <= 112) return joined(words(head(room / 4, delta)), padded);
      return joined(words(head(0, delta), data.length + 4), padded);
    },
    extend: (delta) => words(head(30, delta % 2 ** 27), Math.floor(delta / 2 ** 27)),
    stamp: (time) => words(head(31, low(time)), Number(time >> 27n)),
    padding: (delta, bytes) => joined(words(head(29, delta), bytes), new Uint8Array(bytes - 4)),
    page: (time, events, flags = 0) => {
      const data = joined(...events);
      return joined(long(time), long(BigInt((data.length | flags) >>> 0)), data);
    },
    data: (id, tid, rest) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setUint16(0, id, little);
      view.setInt32(4, tid, little);
      return joined(new Uint8Array(view.buffer), rest);
    },
  };
};

const FORMAT = `name: made
ID: 7
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;

	field:u32 value;	offset:8;	size:4;	signed:0;
`;

/** A capture as record.pl prints it, with the event made:made whose field `value` is a word. */
export const capture = (
  little: boolean,
  pages: Readonly<Record<string, readonly Uint8Array[]>>,
  more: Readonly<Record<string, string>> = {},
): Uint8Array => {
  // prettier-ignore
  const frame = (kind: string, name: string, body: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(`@${kind} ${name} ${String(body.length)}\n`), body]);
  const file = (name: string, text: string): Buffer => frame('file', name, Buffer.from(text));
  return Buffer.concat([
    frame('ftrace', little ? 'little' : 'big', Buffer.from('8')),
    file('events/made/made/format', FORMAT),
    ...Object.entries(pages).map(([cpu, all]) => frame('cpu', cpu, Buffer.concat(all))),
    ...Object.entries(more).map(([name, text]) => file(name, text)),
    frame('end', 'end', new Uint8Array(0)),
  ]);
};
