import type { Wasm } from '../../bytes/wasm.ts';
import type { TraceField } from './trace-format.ts';

/** Codes of src/wasm/trace-fields.ts. */
const SIGNED = 16;
const TEXT = 32;
const BYTES = 33;
/** A record's size is stored in 16 bits. */
const MOST_BYTES = 0xffff;

/** Events that src/wasm/trace-programs.ts has room for. */
export const MOST_EVENTS = 1024;

const kindOf = ({ kind, size, signed }: TraceField): number =>
  kind === 'number' ? size + (signed ? SIGNED : 0) : kind === 'text' ? TEXT : BYTES;

const LOCATED = { absolute: 1, relative: 2, rest: 3 } as const;

const located = ({ located: how }: TraceField): number => (how === undefined ? 0 : LOCATED[how]);

/** Only TypeScript reads unusual references, and fields beyond the longest record, whatever a format claims. */
export const isOddField = (field: TraceField): boolean =>
  (field.located !== undefined && field.located !== 'rest' && field.size !== 4) ||
  field.offset + field.size > MOST_BYTES;

/** Passes an event's fields to WASM, after the event itself. */
export const fieldsInto = (wasm: Wasm, event: number, fields: readonly TraceField[]): void => {
  for (const field of fields) wasm.traceField(event, kindOf(field), field.offset, field.size, located(field));
};
