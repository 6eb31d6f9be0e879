/**
 * Control characters (C0, DEL, C1), line and paragraph separators, characters that reorder or hide text (bidi, zero
 * width, tags), and the two that XML forbids (U+FFFE, U+FFFF).
 */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** Text of a host as one line, without control, reordering and invisible characters, cut at `limit`. */
export const printable = (text: string, limit = 500): string => {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(UNPRINTABLE, '');
};
