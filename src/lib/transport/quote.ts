/** One word for a POSIX shell, whatever is in it: the only place where text becomes shell source. */
export const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
