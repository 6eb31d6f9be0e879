/** What the kernel calls our processes (comm): no verdict on a host blames them. */
export const SAMPLER_NAME = 'fbf-sampler';
export const RECORDER_NAME = 'fbf-recorder';

/** Our own sampler, or the recorder where the host is this machine. */
export const isOurs = ({ name }: { readonly name?: unknown }): boolean =>
  name === SAMPLER_NAME || name === RECORDER_NAME;
