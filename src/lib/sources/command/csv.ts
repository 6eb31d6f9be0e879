/** A record of CSV: its fields. A quoted field may hold separators, line ends and doubled quotes (RFC 4180). */
const recordsOf = (text: string, separator: string): string[][] => {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  const field = (): string => {
    if (text[at] !== '"') {
      const start = at;
      while (at < text.length && text[at] !== separator && text[at] !== '\n') at++;
      return text.slice(start, at).replace(/\r$/, '');
    }
    let value = '';
    for (at++; at < text.length; at++) {
      if (text[at] !== '"') {
        const end = text.indexOf('"', at);
        value += text.slice(at, end < 0 ? text.length : end);
        at = (end < 0 ? text.length : end) - 1;
      } else if (text[at + 1] === '"') {
        value += '"';
        at++;
      } else break;
    }
    at++;
    // What follows a closing quote up to the separator belongs to no field.
    while (at < text.length && text[at] !== separator && text[at] !== '\n') at++;
    return value;
  };
  while (at < text.length) {
    record.push(field());
    const end = text[at++];
    if (end === separator && at < text.length) continue;
    if (end === separator) record.push('');
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  }
  return records;
};

/** The separator of a header: the first of comma, semicolon, tab and bar that it has. */
const separatorOf = (header: string): string => [',', ';', '\t', '|'].find((each) => header.includes(each)) ?? ',';

/** Text with a header line and separated fields. */
export interface Separated {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly warnings: readonly string[];
}

/** Reads CSV with a header line; the separator is the one that the header has. */
export const readCsv = (given: string): Separated => {
  const text = given.replace(/^\ufeff/, '');
  const [names = [], ...rows] = recordsOf(text, separatorOf(text.slice(0, text.indexOf('\n') + 1 || text.length)));
  const odd = rows.filter(({ length }) => length !== names.length).length;
  const wide = Math.max(
    names.length,
    rows.reduce((most, { length }) => Math.max(most, length), 0),
  );
  return {
    names: Array.from({ length: wide }, (_, i) => names[i] ?? ''),
    rows,
    warnings:
      odd === 0
        ? []
        : [
            `${String(odd)} of ${String(rows.length)} rows have another number of fields than the header (${String(names.length)})`,
          ],
  };
};
