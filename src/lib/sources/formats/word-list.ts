type OfLine<Line extends string, Found extends string = never> = Line extends `${infer First} ${infer Rest}`
  ? OfLine<Rest, Found | First>
  : Found | Line;

type OfLines<Text extends string, Found extends string = never> = Text extends `${infer First}\n${infer Rest}`
  ? OfLines<Rest, Found | OfLine<First>>
  : Found | OfLine<Text>;

/** The words of a text with blanks and line breaks between them, as types. */
export type Words<Text extends string> = Exclude<OfLines<Text>, ''>;

/** A list of names written as text, because hundreds of quoted names are hard to read; a name that is not in it does not compile. */
export const wordsOf = <const Text extends string>(text: Text): readonly Words<Text>[] =>
  text.split(/\s+/).filter((word) => word !== '') as Words<Text>[];

/** A value for each name. */
export const docsOf = <Name extends string, Doc>(
  names: readonly Name[],
  of: (name: Name) => Doc,
): Readonly<Record<Name, Doc>> =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as Readonly<Record<Name, Doc>>;
