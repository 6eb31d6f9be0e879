import type { ToUser } from '../messages.ts';

type Values = readonly { value: string; doc: string }[];

/** Milliseconds to wait for live names: a busy user process cannot answer. */
const PATIENCE = 150;

/** Asks the user process for names, e.g. the pids of the connected host; [] when it is busy. */
export const createLive = (send: (message: ToUser) => void) => {
  const asked = new Map<number, (values: Values) => void>();
  let asks = 0;
  return {
    ask: ({ kind, prefix }: { readonly kind: string; readonly prefix: string }): Promise<Values> =>
      new Promise((resolve) => {
        const ask = ++asks;
        const finish = (values: Values): void => {
          clearTimeout(timer);
          asked.delete(ask);
          resolve(values);
        };
        const timer = setTimeout(finish, PATIENCE, []);
        asked.set(ask, finish);
        send({ kind: 'live', ask, of: kind, prefix });
      }),
    answer: (ask: number, values: Values): void => {
      asked.get(ask)?.(values);
    },
  };
};
