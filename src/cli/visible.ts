/** Control characters (except newline and tab) and bidirectional marks, which would deceive a terminal or a reviewer. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of a host over several lines, with what is hidden in it as \uNNNN. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (hidden) => `\\u${hidden.charCodeAt(0).toString(16).padStart(4, '0')}`);
