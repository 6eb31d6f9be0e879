/** The lines of a text that are not empty. */
export const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');

/** The words of a line. */
export const words = (line: string): readonly string[] => line.trim().split(/\s+/);

/** A whole number as the kernel prints it, exact; undefined where it is none. */
export const count = (text: string | undefined): number | bigint | undefined => {
  if (text === undefined || !/^-?\d{1,20}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
};

/** The same, rounded to the nearest float64 where it is above 2 ** 53. */
export const number = (text: string | undefined): number | undefined => {
  const value = count(text);
  return value === undefined ? undefined : Number(value);
};

/** `text / per`: ticks to seconds, milliseconds to seconds. Dividing once rounds once. */
export const divided = (text: string | undefined, per: number): number | undefined => {
  const value = number(text);
  return value === undefined ? undefined : value / per;
};

/** `text * by`, exact: kB to bytes, sectors to bytes. */
export const times = (text: string | undefined, by: number): number | bigint | undefined => {
  const value = count(text);
  if (value === undefined) return undefined;
  const product = Number(value) * by;
  return Number.isSafeInteger(product) ? product : BigInt(value) * BigInt(by);
};

/** A decimal number with a point: '0.52'. */
export const decimal = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;

/** The network namespace in a sample's path ('/proc/net/snmp#net:[4026531840]' gives '4026531840'); undefined without one. */
export const netnsOf = (path: string): string | undefined => /#net:\[(\d+)\]$/.exec(path)?.[1];
