import type { Wasm } from '../../bytes/wasm.ts';
import type { Session } from './session.ts';
import type { Shapes } from './shapes.ts';

const MOST_EVENTS = 1024;

/** Passes the ids of a file's events to WASM, from event number `from` on. */
export const idsInto = (wasm: Wasm, { events, idAt, idFromEnd }: Session, from = 0): void => {
  wasm.startIds(Math.max(0, idAt), Math.max(0, idFromEnd));
  for (let event = from; event < events.length; event++)
    for (const each of events[event]?.ids ?? []) {
      const id = BigInt(each);
      wasm.eventId(Number(id & 0xffff_ffffn), Number(id >> 32n), event);
    }
};

/**
 * Passes the field offsets of events to WASM, from event number `from` on: in a pipe, events come one after the
 * other. False if WASM cannot read one of them.
 */
export const eventsInto = (wasm: Wasm, session: Session, shapes: Shapes, from = 0): boolean => {
  const { events } = session;
  if (events.length > MOST_EVENTS) return false;
  idsInto(wasm, session, from);
  wasm.profileOrdered(Number(events[0]?.attr.flags.has('sample_id_all') ?? false));
  return events.slice(from).every((_, i) => {
    const shape = shapes.shape(from + i);
    // Counter values before the callchain, and copied stacks, are read by the reader in TypeScript.
    if (shape === undefined || shape.read !== undefined || shape.copied) return false;
    const { time, cpu, tid, period, ip, rest } = shape.layout;
    const { timeFromEnd, period: each } = shape;
    wasm.profileEvent(from + i, time, cpu, tid, period, ip, rest, Number(shape.callchain), timeFromEnd, each);
    return true;
  });
};
