import type { TextKernel } from '../../stacks/text-kernel.ts';
import type { Session } from './session.ts';
import type { Shapes } from './shapes.ts';

const MOST_EVENTS = 1024;

/** Tells the kernel the ids of a file's events, from number `from` on. */
export const idsInto = (kernel: TextKernel, { events, idAt, idFromEnd }: Session, from = 0): void => {
  kernel.startIds(Math.max(0, idAt), Math.max(0, idFromEnd));
  for (let event = from; event < events.length; event++)
    for (const each of events[event]?.ids ?? []) {
      const id = BigInt(each);
      kernel.eventId(Number(id & 0xffff_ffffn), Number(id >> 32n), event);
    }
};

/**
 * Tells the kernel where events have their fields, from number `from` on: in a pipe they come one after the other. False
 * where one of them is not for it.
 */
export const eventsInto = (kernel: TextKernel, session: Session, shapes: Shapes, from = 0): boolean => {
  const { events } = session;
  if (events.length > MOST_EVENTS) return false;
  idsInto(kernel, session, from);
  kernel.profileOrdered(Number(events[0]?.attr.flags.has('sample_id_all') ?? false));
  return events.slice(from).every((_, i) => {
    const shape = shapes.shape(from + i);
    // Counters' values before the callchain, and stacks that were copied, are read by record.
    if (shape === undefined || shape.read !== undefined || shape.copied) return false;
    const { time, cpu, tid, period, ip, rest } = shape.layout;
    const { timeFromEnd, period: each } = shape;
    kernel.profileEvent(from + i, time, cpu, tid, period, ip, rest, Number(shape.callchain), timeFromEnd, each);
    return true;
  });
};
