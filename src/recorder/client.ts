import type { AttachRecorder, StartRecorder } from './contract.ts';

export type * from './contract.ts';

/** See {@link StartRecorder}. */
export const startRecorder: StartRecorder = () => Promise.reject(new Error('being built'));

/** See {@link AttachRecorder}. */
export const attachRecorder: AttachRecorder = () => Promise.reject(new Error('being built'));
