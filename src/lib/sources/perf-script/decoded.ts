/** Decodes a string with one character per byte as UTF-8; invalid bytes become U+FFFD. */
export const decoded = (bytes: string): string =>
  /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
