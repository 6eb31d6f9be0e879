/**
 * The public types. `scripts/build-declarations.js` copies this file, with an interface for each source and question,
 * into the declaration file that editors and the type checker read. So it imports nothing, and the comment of a member is
 * what an editor shows. The values that `index.ts` exports are declared at the end.
 */
// Its parts, in the order of the declaration file; they import each other and nothing else.
export type * from './api/columns.ts';
export type * from './api/how.ts';
export type * from './api/answer.ts';
export type * from './api/profile.ts';
export type * from './api/host.ts';
export type * from './api/findings.ts';
export type * from './api/values.ts';
