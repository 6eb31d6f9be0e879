/** Jupyter counts code points, JavaScript UTF-16 units: an emoji is one code point and two units. */
export const toUtf16 = (text: string, codePoints: number): number => {
  let at = 0;
  for (let left = codePoints; left > 0 && at < text.length; left--) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
};

/** The number of code points before a UTF-16 offset. */
export const toCodePoints = (text: string, offset: number): number => {
  let count = 0;
  for (let at = 0; at < offset && at < text.length; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
};
