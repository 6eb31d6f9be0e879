/** Whether a version, '6.18.44-cloud', is this one or a later one; what is not known is taken to be old. */
export const isFrom = (version: string | undefined, [major, minor]: readonly [number, number]): boolean => {
  const [, a = '0', b = '0'] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return Number(a) > major || (Number(a) === major && Number(b) >= minor);
};
