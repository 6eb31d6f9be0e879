/** The non-empty lines of a text. */
export const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');

/** The words of a line. */
export const words = (line: string): readonly string[] => line.trim().split(/\s+/);

/** An exact integer as the kernel prints it; undefined for other text. */
export const count = (text: string | undefined): number | bigint | undefined => {
  if (text === undefined || !/^-?\d{1,20}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
};

/** An integer, rounded to the nearest float64 if it is above 2 ** 53. */
export const number = (text: string | undefined): number | undefined => {
  const value = count(text);
  return value === undefined ? undefined : Number(value);
};

/** `text / per`, for ticks to seconds or milliseconds to seconds; a single division rounds only once. */
export const divided = (text: string | undefined, per: number): number | undefined => {
  const value = number(text);
  return value === undefined ? undefined : value / per;
};

/** `text * by`, exact, for kB to bytes or sectors to bytes. */
export const times = (text: string | undefined, by: number): number | bigint | undefined => {
  const value = count(text);
  if (value === undefined) return undefined;
  const product = Number(value) * by;
  return Number.isSafeInteger(product) ? product : BigInt(value) * BigInt(by);
};

/** A decimal number with a point: '0.52'. */
export const decimal = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;

/**
 * The network namespace in a sample's path ('/proc/net/snmp#net:[4026531840]' gives '4026531840'); undefined if there
 * is none.
 */
export const netnsOf = (path: string): string | undefined => /#net:\[(\d+)\]$/.exec(path)?.[1];
