import type { CommKind } from '../messages.ts';
import type { Json } from './wire.ts';

const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The comms that are open, whichever side opened them; comm_info lists these. */
export const createComms = () => {
  const open = new Map<string, string>();
  return {
    track: (kind: CommKind, { comm_id: id, target_name: target }: Json): void => {
      if (kind === 'comm_open') open.set(string(id), string(target));
      if (kind === 'comm_close') open.delete(string(id));
    },
    /** Answers a comm_info_request. */
    info: ({ target_name: wanted }: Json): Json => {
      const chosen = [...open].filter(([, target]) => typeof wanted !== 'string' || wanted === '' || wanted === target);
      return { status: 'ok', comms: Object.fromEntries(chosen.map(([id, target]) => [id, { target_name: target }])) };
    },
    /** The user process died: forgets all its comms and returns their ids. */
    reset: (): string[] => {
      const ids = [...open.keys()];
      open.clear();
      return ids;
    },
  };
};

export type Comms = ReturnType<typeof createComms>;
