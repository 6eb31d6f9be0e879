/** Makes perf.data files record by record, in either byte order, so that tests control their exact contents. */
export interface Made {
  readonly little?: boolean;
  readonly attrs?: readonly {
    readonly sampleType: number;
    readonly flags?: number;
    readonly ids?: readonly (number | bigint)[];
  }[];
}

export const TYPE = { IP: 1, TID: 2, TIME: 4, CALLCHAIN: 32, CPU: 128, PERIOD: 256, RAW: 1024, IDENTIFIER: 65536 };

/** sample_id_all is bit 18 of the flags. */
const SAMPLE_ID_ALL = 18n;

/** Encodes the fields of a record: u32 from numbers, u64 from bigints, text as bytes with a NUL, padded to 8. */
export type Field = number | bigint | string;

const bytesOf = (fields: readonly Field[], little: boolean): Uint8Array => {
  const out: number[] = [];
  const view = new DataView(new ArrayBuffer(8));
  const put = (length: number): void => {
    for (let i = 0; i < length; i++) out.push(view.getUint8(i));
  };
  for (const field of fields) {
    if (typeof field === 'number') {
      view.setUint32(0, field >>> 0, little);
      put(4);
    } else if (typeof field === 'bigint') {
      view.setBigUint64(0, BigInt.asUintN(64, field), little);
      put(8);
    } else {
      out.push(...new TextEncoder().encode(field), 0);
      while (out.length % 8 !== 0) out.push(0);
    }
  }
  return Uint8Array.from(out);
};

export const record = (type: number, misc: number, fields: readonly Field[], little = true): Uint8Array => {
  const body = bytesOf(fields, little);
  const out = new Uint8Array(8 + body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, little);
  view.setUint16(4, misc, little);
  view.setUint16(6, out.length, little);
  out.set(body, 8);
  return out;
};

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
};

/** The file: 104 bytes of header, ids, attrs, records; no feature sections. */
export const perfData = (records: readonly Uint8Array[], { little = true, attrs = [] }: Made = {}): Uint8Array => {
  const ids = attrs.map(({ ids: own = [] }) =>
    bytesOf(
      own.map((id) => BigInt(id)),
      little,
    ),
  );
  let at = 104;
  const idsAt = ids.map((own) => {
    at += own.length;
    return at - own.length;
  });
  const entries = attrs.map(({ sampleType, flags = 0 }, i) => {
    // A bit field starts at the lowest bit in little-endian files, and at the highest in big-endian files.
    const bits = BigInt(flags) | (1n << SAMPLE_ID_ALL);
    const swapped = little ? bits : BigInt(`0b${bits.toString(2).padStart(64, '0').split('').reverse().join('')}`);
    const attr = [0, 64, 0n, 4000n, BigInt(sampleType), 0n, swapped, 0, 0, 0n] as const;
    return bytesOf([...attr, BigInt(idsAt[i]!), BigInt(ids[i]!.length)], little);
  });
  const data = joined(records);
  const attrsAt = at;
  const attrsSize = entries.length * 80;
  const head = bytesOf(
    [
      0n,
      104n,
      80n,
      BigInt(attrsAt),
      BigInt(attrsSize),
      BigInt(attrsAt + attrsSize),
      BigInt(data.length),
      0n,
      0n,
      0n,
      0n,
      0n,
      0n,
    ],
    little,
  );
  head.set(new TextEncoder().encode(little ? 'PERFILE2' : '2ELIFREP'));
  return joined([head, ...ids, ...entries, data]);
};
