import { BATCH, newBatch, traceColumn, type TraceColumn } from '../formats/trace-columns.ts';
import { columnName, ownFields, type TraceFormat } from '../formats/trace-format.ts';

/** The events of one kind. */
export interface EventRows {
  readonly format: TraceFormat;
  readonly columns: readonly Pick<TraceColumn, 'name' | 'doc' | 'column'>[];
  readonly size: number;
  /** ns since the first page's time, cpu and thread of each row; longer than `size`. */
  readonly times: Float64Array;
  readonly cpus: Uint32Array;
  readonly tids: Int32Array;
}

/** The events of one kind that were read so far, in the order of the pages. */
export interface GrowingRows extends EventRows {
  /** Adds an event whose data are `length` bytes at `at` of `view`; the bytes must not change before `settle`. */
  add(time: number, cpu: number, view: DataView, at: number, length: number): void;
  /** Decodes the fields of events that wait. */
  settle(): void;
}

const wider = <T extends Float64Array | Uint32Array | Int32Array>(values: T): T => {
  const room = new (values.constructor as new (length: number) => T)(values.length * 2);
  room.set(values);
  return room;
};

/** Starts without rows. */
export const eventRows = (format: TraceFormat, little: boolean): GrowingRows => {
  const columns = ownFields(format).map((field) => traceColumn(columnName(field.name), field, little));
  const batch = newBatch();
  const tidAt = format.fields.find(({ name }) => name === 'common_pid')?.offset ?? 4;
  const rows = {
    format,
    columns,
    size: 0,
    times: new Float64Array(BATCH),
    cpus: new Uint32Array(BATCH),
    tids: new Int32Array(BATCH),
    add: (time: number, cpu: number, view: DataView, at: number, length: number): void => {
      const { size } = rows;
      if (size === rows.times.length) {
        rows.times = wider(rows.times);
        rows.cpus = wider(rows.cpus);
        rows.tids = wider(rows.tids);
      }
      rows.times[size] = time;
      rows.cpus[size] = cpu;
      rows.tids[size] = length >= tidAt + 4 ? view.getInt32(at + tidAt, little) : -1;
      rows.size++;
      batch.views[batch.size] = view;
      batch.places[batch.size] = at;
      batch.lengths[batch.size++] = length;
      if (batch.size === BATCH) rows.settle();
    },
    settle: (): void => {
      if (batch.size === 0) return;
      for (const column of columns) column.take(batch, rows.size - batch.size);
      batch.size = 0;
    },
  };
  return rows;
};
