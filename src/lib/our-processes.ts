/** Names (comm) of our own processes, which no verdict blames. */
export const SAMPLER_NAME = 'fbf-sampler';
export const RECORDER_NAME = 'fbf-recorder';

/** True for our sampler, and for our recorder if the host is this machine. */
export const isOurs = ({ name }: { readonly name?: unknown }): boolean =>
  name === SAMPLER_NAME || name === RECORDER_NAME;

/** The same of a text "name (pid)". */
export const isOurLabel = (label: unknown): boolean =>
  typeof label === 'string' && [SAMPLER_NAME, RECORDER_NAME].some((name) => label.startsWith(`${name} (`));
