export type * from './api.ts';
export { openAnswer } from './answer/open-answer.ts';
export { FridayError, type ErrorKind } from './errors.ts';
export { compare } from './methods/against/compare.ts';
export { sixtySeconds } from './methods/sixty-seconds/sixty-seconds.ts';
export { connect } from './session/connect.ts';
export { openProfile } from './session/open-profile.ts';
export { onProgress } from './session/progress.ts';
export { live } from './views/live.ts';
