/**
 * A kernel's name as a column name: characters that identifiers may not contain become `_`, so 'Active(anon)' is
 * 'Active_anon'.
 */
export const identifier = (name: string): string => name.replace(/\W+/g, '_').replace(/^_+|_+$/g, '');
