/** Removes characters that group thousands in some locale: blanks and apostrophes. */
const plain = (text: string): string => text.trim().replace(/[\s\u00a0\u202f'’]/g, '');

const asNumber = (text: string): number | undefined => {
  const value = text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
};

/**
 * A count as perf's text output prints it in the user's locale: thousands grouped by comma, point, blank or apostrophe;
 * fractions have two digits. `1.101,01`, `226,054.13`, `3.642`.
 */
export const groupedNumber = (text: string): number | undefined => {
  const digits = plain(text);
  if (!/^-?\d[\d.,]*$/.test(digits)) return undefined;
  const fraction = /[.,](\d{1,2}|\d{4,})$/.exec(digits);
  const whole = (fraction === null ? digits : digits.slice(0, fraction.index)).replace(/[.,]/g, '');
  return asNumber(fraction === null ? whole : `${whole}.${fraction[1] ?? ''}`);
};

/**
 * A number without grouped thousands, with comma or point before its fraction: metrics, and all numbers of -x and -j.
 */
export const decimalNumber = (text: string): number | undefined => {
  const digits = plain(text);
  return /^-?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?$/.test(digits) ? asNumber(digits.replace(',', '.')) : undefined;
};

/** `<not counted>` without its brackets. */
export const stateOf = (text: string): string | undefined => /^<(not (?:counted|supported))>$/.exec(text.trim())?.[1];

/** `12.5%` as a share. */
export const shareOf = (text: string): number | undefined => {
  const found = /^\s*(\d+(?:[.,]\d+)?)\s*%?\s*$/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found.replace(',', '.')) / 100;
};

/** A metric's name, equal for all formats: text prints "% of all branches" where -x and -j print "of all branches". */
export const metricName = (text: string | undefined): string | undefined =>
  text?.trim().replace(/^% of /, 'of ') || undefined;
