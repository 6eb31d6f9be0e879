import type { TextKernel } from '../../bytes/wasm.ts';
import type { Session } from './session.ts';
import type { Shapes } from './shapes.ts';

const MOST_EVENTS = 1024;

/** Passes the ids of a file's events to the kernel, from event number `from` on. */
export const idsInto = (kernel: TextKernel, { events, idAt, idFromEnd }: Session, from = 0): void => {
  kernel.startIds(Math.max(0, idAt), Math.max(0, idFromEnd));
  for (let event = from; event < events.length; event++)
    for (const each of events[event]?.ids ?? []) {
      const id = BigInt(each);
      kernel.eventId(Number(id & 0xffff_ffffn), Number(id >> 32n), event);
    }
};

/**
 * Passes the field offsets of events to the kernel, from event number `from` on: in a pipe, events come one after the
 * other. False if the kernel cannot read one of them.
 */
export const eventsInto = (kernel: TextKernel, session: Session, shapes: Shapes, from = 0): boolean => {
  const { events } = session;
  if (events.length > MOST_EVENTS) return false;
  idsInto(kernel, session, from);
  kernel.profileOrdered(Number(events[0]?.attr.flags.has('sample_id_all') ?? false));
  return events.slice(from).every((_, i) => {
    const shape = shapes.shape(from + i);
    // Counter values before the callchain, and copied stacks, are read by the plain reader.
    if (shape === undefined || shape.read !== undefined || shape.copied) return false;
    const { time, cpu, tid, period, ip, rest } = shape.layout;
    const { timeFromEnd, period: each } = shape;
    kernel.profileEvent(from + i, time, cpu, tid, period, ip, rest, Number(shape.callchain), timeFromEnd, each);
    return true;
  });
};
