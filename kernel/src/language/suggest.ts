import type { NativeDiagnostic, Project } from './project.ts';

/** Errors for a value of the wrong type: no overload matches, argument or value not assignable. */
const UNFIT = new Set([2769, 2345, 2322]);

/** A word is suggested if at most this share of the letters differs. */
const NEAR = 0.45;

/**
 * The value that was probably meant by a string of the wrong type. The compiler suggests one for plain unions only, not
 * for overloads such as `host.ask`; so this asks which completions it offers inside the quotation marks.
 */
export const suggestion = async (
  project: Project,
  source: string,
  { code, pos, end, text, messageChain }: NativeDiagnostic,
): Promise<string | undefined> => {
  const literal = source.slice(pos, end);
  if (
    !UNFIT.has(code) ||
    !/^(['"]).*\1$/.test(literal) ||
    /Did you mean/.test(text + JSON.stringify(messageChain ?? ''))
  )
    return undefined;
  const params = { file: project.cellFile, position: pos + 1 };
  const reply = await project
    .ask<{ entries: readonly { name: string }[] } | null>('getCompletionsAtPosition', params)
    .catch(() => null);
  return nearest(
    literal.slice(1, -1),
    (reply?.entries ?? []).map(({ name }) => name),
  );
};

/** The word with the smallest edit distance, unless that is too large. */
const nearest = (wrong: string, words: readonly string[]): string | undefined => {
  let best: string | undefined;
  let fewest = Math.max(wrong.length, 3) * NEAR;
  for (const word of words) {
    const changes = distance(wrong.toLowerCase(), word.toLowerCase());
    if (changes > fewest || (changes === fewest && best !== undefined)) continue;
    best = word;
    fewest = changes;
  }
  return best;
};

/** Levenshtein distance: number of letters added, removed or replaced. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
