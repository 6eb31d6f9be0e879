/** Bytes in order, in pieces of any size. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** Reads the first bytes of a source; returns them and a source that starts again at its first byte. */
export const peek = async (
  source: ByteSource,
  bytes: number,
): Promise<{ readonly head: Uint8Array; readonly whole: ByteSource }> => {
  const pieces: Uint8Array[] = [];
  let have = 0;
  const rest = source[Symbol.asyncIterator]();
  while (have < bytes) {
    const next = await rest.next();
    if (next.done === true) break;
    pieces.push(next.value.slice());
    have += next.value.length;
  }
  const head = new Uint8Array(have);
  let at = 0;
  for (const piece of pieces) {
    head.set(piece, at);
    at += piece.length;
  }
  const whole = async function* (): ByteSource {
    yield* pieces;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  };
  return { head: head.subarray(0, bytes), whole: whole() };
};
