const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$.]*`;
const QUERY = new RegExp(String.raw`^\s*(?:\?{1,2}\s*(${NAME})|(${NAME})\?{1,2})\s*$`, 'u');

/** `?name` or `name?` (never valid TypeScript) opens the documentation in the pager, as in IPython. */
export const pageQuery = (source: string): string | undefined => {
  const [, before, after] = QUERY.exec(source) ?? [];
  return before ?? after;
};
