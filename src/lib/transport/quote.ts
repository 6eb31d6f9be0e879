/** Quotes text as one word for a POSIX shell: the only place where text becomes shell source. */
export const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * What stands before the text of a script on the host: one assignment per parameter, and its arguments. The text itself
 * never changes, so that shellcheck and a reader see what runs.
 */
export const scriptHeader = (
  parameters: Readonly<Record<string, string | number>>,
  words: readonly string[] = [],
): string => {
  const assignments = Object.entries(parameters).map(([name, value]) => `${name}=${quote(String(value))}\n`);
  return assignments.join('') + (words.length === 0 ? '' : `set -- ${words.map(quote).join(' ')}\n`);
};
