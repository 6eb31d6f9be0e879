const [SPACE, TAB, OPEN_PAREN, CLOSE_PAREN] = [32, 9, 40, 41];

/** Where the parts of a plain stack line are. */
export interface FrameParts {
  readonly name: number;
  readonly nameEnd: number;
  readonly dso: number;
  readonly dsoEnd: number;
}

const isHex = (c = 0): boolean => (c >= 48 && c < 58) || (c >= 97 && c < 103);
const isPlain = (c = 0): boolean => c > SPACE && c < 128;

/**
 * Splits a plain stack line `  HEX name+0xOFFSET (dso)` between `p` and `e`; undefined for other lines, which programs
 * read in different ways.
 */
export const frameParts = (bytes: Uint8Array, p: number, e: number): FrameParts | undefined => {
  let q = p;
  while (q < e && (bytes[q] === SPACE || bytes[q] === TAB)) q++;
  const address = q;
  while (q < e && isHex(bytes[q])) q++;
  if (address === p || q === address || q - address > 16 || q + 4 >= e) return undefined;
  if (bytes[q] !== SPACE || bytes[e - 1] !== CLOSE_PAREN) return undefined;
  const name = q + 1;
  const dso = dsoBefore(bytes, name, e - 1);
  if (dso === undefined) return undefined;
  const nameEnd = offsetBefore(bytes, name, dso - 2);
  if (nameEnd === undefined || !isPlain(bytes[name]) || !isPlain(bytes[nameEnd - 1])) return undefined;
  return bytes[name] === OPEN_PAREN ? undefined : { name, nameEnd, dso, dsoEnd: e - 1 };
};

/** Where the text in the last ` (` ... `)` starts, if it has no blank or parenthesis. */
const dsoBefore = (bytes: Uint8Array, name: number, close: number): number | undefined => {
  for (let q = close; q > name + 1; q--) {
    const c = bytes[q - 1] ?? 0;
    if (c === OPEN_PAREN) return bytes[q - 2] === SPACE && q > name + 2 ? q : undefined;
    if (c === CLOSE_PAREN || c <= SPACE || c > 127) return undefined;
  }
  return undefined;
};

const isOffset = (bytes: Uint8Array, q: number): boolean =>
  bytes[q] === 43 && bytes[q + 1] === 48 && bytes[q + 2] === 120;

/** Where the name ends: before `+0x` and hex digits, or at `e`; undefined if that is not certain. */
const offsetBefore = (bytes: Uint8Array, name: number, e: number): number | undefined => {
  let q = e;
  while (q > name && isHex(bytes[q - 1])) q--;
  if (q < e && q - name > 3 && isOffset(bytes, q - 3)) return q - 3;
  for (q = name; q + 2 < e; q++) if (isOffset(bytes, q)) return undefined;
  return e;
};
