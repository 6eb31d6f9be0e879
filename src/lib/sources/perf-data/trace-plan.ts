import type { Wasm } from '../../bytes/wasm.ts';
import { samples } from './attr.ts';
import { SAMPLE } from './format.ts';
import { idsInto } from './profile-plan.ts';
import type { Session } from './session.ts';
import type { EventShape, Shapes } from './shapes.ts';
import type { Loss } from './trace-losses.ts';
import { fieldsInto, isOddField, MOST_EVENTS } from '../formats/trace-program.ts';
import type { EventTable } from '../formats/trace-events.ts';
import { ownFields, type TraceField, type TraceFormat } from '../formats/trace-format.ts';

export interface Tracepoints {
  readonly events: readonly EventTable[];
  readonly lost: { readonly records: number; readonly samples: number };
  /** Where events are missing. */
  readonly losses: readonly Loss[];
  /** The tool's clock at t = 0, in seconds; 0 if there are no events. */
  readonly start: number;
  readonly warnings: readonly string[];
}

const TRACEPOINT = 2;

/** A tracepoint with samples in the file, and its own fields (without the common ones, which are in all samples). */
export interface PlannedEvent {
  /** Its event number in the session. */
  readonly event: number;
  readonly format: TraceFormat;
  readonly shape: EventShape;
  readonly fields: readonly TraceField[];
}

/** The tracepoint of an event; undefined if it is not a tracepoint with a known format. */
export const plannedEvent = (
  session: Session,
  shapes: Shapes,
  formats: ReadonlyMap<number, TraceFormat>,
  event: number,
): PlannedEvent | undefined => {
  const attr = session.events[event]?.attr;
  const shape = shapes.shape(event);
  const format = attr?.type === TRACEPOINT ? formats.get(Number(attr.config)) : undefined;
  if (attr === undefined || shape === undefined || format === undefined || !samples(attr.sampleType, SAMPLE.RAW))
    return undefined;
  return { event, format, shape, fields: ownFields(format) };
};

/** Only trace-ts.ts reads counter values before the fields, samples without a time, and unusual references. */
const odd = ({ shape, fields }: PlannedEvent): boolean =>
  shape.read !== undefined || shape.layout.time < 0 || fields.some(isOddField);

/** Passes every event to WASM; false if WASM cannot read one of them. */
export const planInto = (wasm: Wasm, session: Session, planned: readonly PlannedEvent[]): boolean => {
  if (session.events.length > MOST_EVENTS || planned.some(odd)) return false;
  wasm.startTrace();
  idsInto(wasm, session);
  for (const { event, shape, fields } of planned) {
    const { time, cpu, tid, rest } = shape.layout;
    wasm.traceEvent(event, time, cpu, tid, rest, Number(shape.callchain), fields.length);
    fieldsInto(wasm, event, fields);
  }
  return true;
};
