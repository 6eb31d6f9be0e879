import { describe, expect, it } from 'vitest';
import { readFrames, type Frame } from '../../../src/lib/fetch/frames.ts';
import { slimOf, sparseBytes } from '../../../src/lib/fetch/sparse.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = async (text: string, { size = 7, most = 1000 } = {}): Promise<Frame[]> => {
  const out: Frame[] = [];
  for await (const frame of readFrames(pieces(text, size), { nonce: 'n1', most })) out.push(frame);
  return out;
};
const shown = ({ kind, index, fields, body }: Frame): string =>
  [kind, index, ...fields, JSON.stringify(Buffer.from(body).toString('latin1'))].join(' ');

describe('the frames of a host', () => {
  const text = '@n1 e 3 6 abcd\n@n1 x\n@n1 k k -\n line @n1\n  two\n@n1 x 4 0 changed\n@n1 z - 0\n';
  it.each([1, 7, 1000])('are read from pieces of %d bytes', async (size) => {
    expect((await read(text, { size })).map(shown)).toEqual(
      ['e 3 abcd "@n1 x\\n"', 'k k "line @n1\\n two\\n"', 'x 4 changed ""', 'z - ""'].map((line) =>
        line.replace('"@n1 x\\n"', JSON.stringify('@n1 x\n')),
      ),
    );
  });
  it('end where the stream ends, in the middle of any of them', async () => {
    for (let length = 0; length < text.length; length++) {
      const found = await read(text.slice(0, length));
      expect(found.map(({ kind }) => kind)).toEqual(['e', 'k', 'x', 'z'].slice(0, found.length));
    }
  });
  it.each([
    ['of another run', '@n2 e 3 0\n'],
    ['without a mark', 'hello\n'],
    ['larger than allowed', '@n1 e 3 1001\n'],
    ['without a length', '@n1 e 3 many\n'],
    ['with a negative length', '@n1 e 3 -5\n'],
    ['whose text does not end', `@n1 k k -\n${' abcdefgh\n'.repeat(200)}`],
    ['whose line does not end', '@'.repeat(5000)],
  ])('%s are refused', async (_, wrong) => {
    await expect(read(wrong)).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('the parts of a file', () => {
  const part = (at: bigint, length: bigint, bytes: string): Buffer => {
    const head = Buffer.alloc(16);
    head.writeBigUInt64BE(at);
    head.writeBigUInt64BE(length, 8);
    return Buffer.concat([head, Buffer.from(bytes)]);
  };
  const size = Buffer.from([0, 0, 0, 0, 0, 0, 1, 0]);
  it('are read at their places, and no further', () => {
    const file = sparseBytes(Buffer.concat([size, part(10n, 3n, 'abc'), part(100n, 2n, 'de')]))!;
    const into = new Uint8Array(4);
    expect([file.size, file.read(11, into), Buffer.from(into).toString('latin1')]).toEqual([256, 2, 'bc\0\0']);
    expect([file.read(13, into), file.read(0, into), file.read(101, into)]).toEqual([0, 0, 1]);
  });
  it.each([
    ['shorter than they say', part(10n, 300n, 'abc')],
    ['of impossible length', part(10n, 2n ** 63n, 'abc')],
    ['without a head', Buffer.from('abc')],
    ['too many', Buffer.concat(Array.from({ length: 5000 }, () => part(0n, 0n, '')))],
  ])('%s are refused', (_, wrong) => {
    expect(sparseBytes(Buffer.concat([size, wrong]))).toBeUndefined();
  });
  it('that are no ELF file are refused', () => {
    const body = Buffer.concat([size, part(0n, 64n, 'x'.repeat(64))]);
    expect(slimOf(sparseBytes(body), body.length)).toBeUndefined();
  });
  it('that a section table names again and again are refused', () => {
    const head = Buffer.alloc(64);
    head.write('\x7fELF\x02\x01', 'latin1');
    head.writeBigUInt64LE(64n, 40);
    head.writeUInt16LE(64, 58);
    head.writeUInt16LE(50, 60);
    const section = Buffer.alloc(64);
    section.writeUInt32LE(2, 4);
    section.writeBigUInt64LE(1000n, 32);
    const all = Buffer.concat([head, ...Array.from({ length: 50 }, () => section)]);
    const body = Buffer.concat([Buffer.alloc(6), Buffer.from([0x20, 0]), part(0n, BigInt(all.length), ''), all]);
    expect(sparseBytes(body)?.size).toBe(0x2000);
    expect(slimOf(sparseBytes(body), body.length)).toBeUndefined();
  });
});
