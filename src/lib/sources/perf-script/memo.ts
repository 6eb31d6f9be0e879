/** Computes the result once per text. */
export const memo = <T>(make: (text: number) => T): ((text: number) => T) => {
  const known: T[] = [];
  return (text) => (known[text] ??= make(text));
};
