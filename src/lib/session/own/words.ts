import { FridayError } from '../../errors.ts';

const LONGEST = 100_000;

const refuse = (what: string, next: string): never => {
  throw new FridayError('usage', what, { next });
};

/** The words of a program, checked: they never pass through a shell. */
export const wordsOf = (call: string, argv: unknown): readonly string[] => {
  if (typeof argv === 'string')
    return refuse(
      `${call}: expected a list of words, got the text ${JSON.stringify(argv.slice(0, 100))}`,
      `Write ${call}(${JSON.stringify(argv.trim().split(/\s+/).slice(0, 20))}). A pipe needs a shell: ${call}(['sh', '-c', 'a | b']).`,
    );
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every((word) => typeof word === 'string'))
    return refuse(`${call}: expected a list of words, got ${JSON.stringify(argv)}`, `Write ${call}(['df', '-k']).`);
  const words: readonly string[] = argv;
  if (words[0] === '' || words[0]?.startsWith('-') === true)
    return refuse(`${call}: expected a program as the first word, got ${JSON.stringify(words[0])}`, `Write ${call}(['df', '-k']).`); // prettier-ignore
  if (words.some((word) => word.includes('\0')))
    return refuse(`${call}: a word holds a NUL character, which no program can be given`, 'Remove it.');
  if (words.reduce((sum, word) => sum + word.length, 0) > LONGEST)
    return refuse(`${call}: the words are longer than ${String(LONGEST)} characters`, 'Give the program fewer words.');
  return words;
};
