/** Text from a string of one character a byte: UTF-8, with U+FFFD where it is not. */
export const decoded = (bytes: string): string =>
  /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
