/** A kernel's name as a column's name: what an identifier cannot hold becomes `_`: 'Active(anon)' is 'Active_anon'. */
export const identifier = (name: string): string => name.replace(/\W+/g, '_').replace(/^_+|_+$/g, '');
