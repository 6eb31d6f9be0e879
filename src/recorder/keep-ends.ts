/** Keeps the first and the last `most` characters of a text that may have no end. */
export const keepEnds = (most: number) => {
  let head = '';
  let tail = '';
  let dropped = 0;
  return {
    add: (text: string): void => {
      const fits = most - head.length;
      head += text.slice(0, fits);
      tail += text.slice(fits);
      if (tail.length <= 2 * most) return;
      dropped += tail.length - most;
      tail = tail.slice(-most);
    },
    text: (): string => {
      const left = dropped + Math.max(0, tail.length - most);
      return left === 0 ? head + tail : `${head}\n[${String(left)} bytes are left out here]\n${tail.slice(-most)}`;
    },
  };
};
