import type { Wasm } from '../../bytes/wasm.ts';
import { samples } from './attr.ts';
import { SAMPLE } from './format.ts';
import { idsInto } from './profile-plan.ts';
import type { Session } from './session.ts';
import type { EventShape, Shapes } from './shapes.ts';
import type { Loss } from './trace-losses.ts';
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

/** Codes of src/wasm/trace.ts. */
const SIGNED = 16;
const TEXT = 32;
const BYTES = 33;
const MOST_EVENTS = 1024;
/** A record's size is stored in 16 bits. */
const MOST_BYTES = 0xffff;

const kindOf = ({ kind, size, signed }: TraceField): number =>
  kind === 'number' ? size + (signed ? SIGNED : 0) : kind === 'text' ? TEXT : BYTES;

const located = ({ located: how }: TraceField): number => (how === undefined ? 0 : how === 'absolute' ? 1 : 2);

/** Only trace-ts.ts reads counter values before the fields, samples without a time, and unusual references. */
const odd = ({ shape, fields }: PlannedEvent): boolean =>
  shape.read !== undefined ||
  shape.layout.time < 0 ||
  fields.some(
    (field) =>
      (field.located !== undefined && field.size !== 4) ||
      // WASM computes in 32 bits; no record is longer, whatever a format claims.
      field.offset + field.size > MOST_BYTES,
  );

/** Passes every event to WASM; false if WASM cannot read one of them. */
export const planInto = (wasm: Wasm, session: Session, planned: readonly PlannedEvent[]): boolean => {
  if (session.events.length > MOST_EVENTS || planned.some(odd)) return false;
  wasm.startTrace();
  idsInto(wasm, session);
  for (const { event, shape, fields } of planned) {
    const { time, cpu, tid, rest } = shape.layout;
    wasm.traceEvent(event, time, cpu, tid, rest, Number(shape.callchain), fields.length);
    for (const field of fields) wasm.traceField(event, kindOf(field), field.offset, field.size, located(field));
  }
  return true;
};
