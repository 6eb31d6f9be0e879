/** Names (comm) of our own processes, which no verdict blames. */
export const SAMPLER_NAME = 'fbf-sampler';
export const RECORDER_NAME = 'fbf-recorder';

/** True for our sampler, and for our recorder if the host is this machine. */
export const isOurs = ({ name }: { readonly name?: unknown }): boolean =>
  name === SAMPLER_NAME || name === RECORDER_NAME;
