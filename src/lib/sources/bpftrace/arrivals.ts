/** When the bytes of a program's output arrived, as seconds since the recording's start. */
export type Arrivals = (offset: number) => number | undefined;

/** Reads the notes that the recorder made: lines of an offset and the second at which the bytes from there on arrived. */
export const readArrivals = (text: string): Arrivals => {
  const offsets: number[] = [];
  const times: number[] = [];
  for (const line of text.split('\n')) {
    const [offset = '', t = ''] = line.split(' ');
    if (t === '' || !Number.isFinite(Number(offset)) || !Number.isFinite(Number(t))) continue;
    offsets.push(Number(offset));
    times.push(Number(t));
  }
  let at = 0;
  return (offset) => {
    if ((offsets[at] ?? Infinity) > offset) at = 0;
    while ((offsets[at + 1] ?? Infinity) <= offset) at++;
    return times[at];
  };
};
