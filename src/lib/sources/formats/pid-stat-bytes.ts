const SPACE = 32;
const CLOSING = 41;
const START_FIELD = 22;

/** Where the fields after the command begin: after the last ')', because the command may contain any character. */
export const afterCommand = (bytes: Uint8Array): number => {
  const end = bytes.lastIndexOf(CLOSING);
  return end < 0 ? -1 : end + 2;
};

/** Field 22 of /proc/PID/stat, in clock ticks since boot; NaN if missing. */
export const startedIn = (bytes: Uint8Array): number => {
  let at = afterCommand(bytes);
  if (at < 0) return NaN;
  for (let field = 3; field < START_FIELD; field++) {
    while (at < bytes.length && bytes[at] !== SPACE) at++;
    at++;
  }
  let value = 0;
  const from = at;
  for (; at < bytes.length; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return at > from ? value : NaN;
};
