import type { Declared } from './list.ts';
import type { AnswerRow } from './question.ts';

/** The declared columns of each question, by its name. */
type Declarations = { readonly [Each in Declared as Each['name']]: Each['columns'] };

/** The name of a question. */
export type QuestionName = keyof Declarations;

/** A row of a question's answer; any of its values may be absent. */
export type RowOf<Name extends QuestionName> = Partial<AnswerRow<Declarations[Name]>>;

/** The name of a column of a question's answer. */
export type AnswerColumn<Name extends QuestionName> = { [Each in Name]: keyof Declarations[Each] & string }[Name];

/** The names of those columns of a row that hold numbers. */
export type NumberIn<Each> = {
  [Name in keyof Each]-?: Each[Name] extends number | undefined ? Name : never;
}[keyof Each];
