import type { Records } from './script-text.ts';

/** Records in growing arrays; one is being read at a time. */
export interface GrowingRecords {
  time(seconds: number, nanos: number, cpu: number): void;
  head(head: number, tail: number, flags: number, period: bigint): void;
  close(stack: number, flag: number): void;
  table(): Records;
}

const columns = ['head', 'tail', 'stack', 'flags', 'cpu', 'seconds', 'nanos'] as const;

export const growRecords = (): GrowingRecords => {
  let room = 1024;
  let size = 0;
  const data = Object.fromEntries(columns.map((name) => [name, new Uint32Array(room)])) as Record<
    (typeof columns)[number],
    Uint32Array<ArrayBuffer>
  >;
  let period = new Uint32Array(room * 2);
  const grow = (): void => {
    room *= 2;
    for (const name of columns) data[name] = doubled(data[name]);
    period = doubled(period);
  };
  return {
    time(seconds, nanos, cpu) {
      if (size === room) grow();
      data.seconds[size] = seconds;
      data.nanos[size] = nanos;
      data.cpu[size] = cpu;
    },
    head(head, tail, flags, count) {
      if (size === room) grow();
      data.head[size] = head;
      data.tail[size] = tail;
      data.flags[size] = flags;
      period[size * 2] = Number(count & 0xff_ff_ff_ffn);
      period[size * 2 + 1] = Number(count >> 32n);
    },
    close(stack, flag) {
      data.stack[size] = stack;
      data.flags[size] = (data.flags[size] ?? 0) | flag;
      size++;
    },
    table: () => ({ size, ...data, period }),
  };
};

const doubled = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
};
