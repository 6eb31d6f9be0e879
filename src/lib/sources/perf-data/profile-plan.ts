import type { TextKernel } from '../../stacks/text-kernel.ts';
import type { Session } from './session.ts';
import type { Shapes } from './shapes.ts';

const MOST_EVENTS = 1024;

/** Tells the kernel the ids of a file's events. */
export const idsInto = (kernel: TextKernel, { events, idAt, idFromEnd }: Session): void => {
  const ids = events.flatMap((each, event) => each.ids.map((id) => [BigInt(id), event] as const));
  kernel.startIds(ids.length, Math.max(0, idAt), Math.max(0, idFromEnd));
  for (const [id, event] of ids) kernel.eventId(Number(id & 0xffff_ffffn), Number(id >> 32n), event);
};

/** Tells the kernel where each event's samples have their fields; false where one of them is not for it. */
export const eventsInto = (kernel: TextKernel, session: Session, shapes: Shapes): boolean => {
  if (session.events.length > MOST_EVENTS) return false;
  idsInto(kernel, session);
  kernel.profileOrdered(Number(session.events[0]?.attr.flags.has('sample_id_all') ?? false));
  return session.events.every((_, event) => {
    const shape = shapes.shape(event);
    // Counters' values before the callchain, and stacks that were copied, are read by record.
    if (shape === undefined || shape.read !== undefined || shape.copied) return false;
    const { time, cpu, tid, period, ip, rest } = shape.layout;
    const { timeFromEnd, period: each } = shape;
    kernel.profileEvent(event, time, cpu, tid, period, ip, rest, Number(shape.callchain), timeFromEnd, each);
    return true;
  });
};
