/** A number as perf prints it in the user's locale: thousands by comma, point, blank or apostrophe, fractions by the other. */
export const localNumber = (text: string): number | undefined => {
  const plain = text.trim().replace(/[\s\u00a0\u202f'’]/g, '');
  if (!/^-?[\d.,]+$/.test(plain)) return /^-?[\d.]+e[+-]\d+$/.test(plain) ? Number(plain) : undefined;
  const last = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(','));
  if (last < 0) return Number(plain);
  const mark = plain[last] ?? '';
  const other = mark === '.' ? ',' : '.';
  const grouped = plain.split(mark).length > 2 || (mark === ',' && !plain.includes('.') && /,\d{3}$/.test(plain));
  const whole = plain.replaceAll(other, '');
  const value = Number(grouped ? whole.replaceAll(mark, '') : whole.replace(mark, '.'));
  return Number.isFinite(value) ? value : undefined;
};

/** `<not counted>` without its brackets. */
export const stateOf = (text: string): string | undefined => /^<(not (?:counted|supported))>$/.exec(text.trim())?.[1];

/** `12.5%` as a share. */
export const shareOf = (text: string): number | undefined => {
  const found = /^\s*(\d+(?:[.,]\d+)?)\s*%?\s*$/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found.replace(',', '.')) / 100;
};
