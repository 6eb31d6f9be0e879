/** A line that `perf script --itrace` prints if a trace cannot be decoded: tools/perf/util/auxtrace.c. */
export interface DecodeError {
  readonly message: string;
  readonly seconds: number | undefined;
  readonly nanos: number;
  readonly cpu: number | undefined;
  readonly pid: number | undefined;
  readonly tid: number | undefined;
}

export const isDecodeError = (line: string): boolean => /^\s*\w+ trace error type \d/.test(line);

const numberIn = (line: string, name: string): number | undefined => {
  const found = new RegExp(` ${name} (-?\\d{1,10})\\b`).exec(line)?.[1];
  return found === undefined || found === '-1' ? undefined : Number(found);
};

/** ` instruction trace error type 1 time 12.3 cpu 0 pid 7 tid 7 ip 0x4005 code 6: Trace doesn't match instruction` */
export const decodeErrorOf = (whole: string): DecodeError => {
  const line = whole.slice(0, 1024);
  const [, seconds, fraction = ''] = / time (\d{1,10})\.(\d{1,9})\b/.exec(line) ?? [];
  return {
    message: / code \d+: (.*)$/.exec(line)?.[1]?.trim() ?? line.trim(),
    seconds: seconds === undefined ? undefined : Number(seconds),
    nanos: Number(fraction.padEnd(9, '0')),
    cpu: numberIn(line, 'cpu'),
    pid: numberIn(line, 'pid'),
    tid: numberIn(line, 'tid'),
  };
};
