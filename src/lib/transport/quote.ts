/** Quotes text as one word for a POSIX shell: the only place where text becomes shell source. */
export const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
