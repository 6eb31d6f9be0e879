const WORD = /[\p{ID_Continue}$\u200c\u200d]/u;

/** The whole word around the cursor, including the part behind it: a match replaces all of it. */
export const wordAt = (source: string, cursor: number): { readonly start: number; readonly end: number } => {
  let start = cursor;
  let end = cursor;
  while (start > 0 && WORD.test(source[start - 1] ?? '')) start--;
  while (end < source.length && WORD.test(source[end] ?? '')) end++;
  return { start, end };
};
