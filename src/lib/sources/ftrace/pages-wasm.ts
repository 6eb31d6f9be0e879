import { hasWasm, startWasm, u32, type Wasm } from '../../bytes/wasm.ts';
import { docOf } from '../formats/trace-columns.ts';
import { columnName, ownFields, type TraceFormat } from '../formats/trace-format.ts';
import { fieldColumn, gatherOf } from '../formats/trace-gather.ts';
import { fieldsInto, isOddField, MOST_EVENTS } from '../formats/trace-program.ts';
import type { EventRows } from './event-rows.ts';
import type { PageLayout } from './page-layout.ts';
import type { PageReader } from './pages.ts';

/** The layout that src/wasm/ftrace.ts reads: that of 64-bit little-endian kernels. */
const isUsual = ({ little, long, timeLow, commit, data }: PageLayout): boolean =>
  little && long === 8 && timeLow === 0 && commit === 8 && data === 16;

const hasUsualTid = ({ fields }: TraceFormat): boolean =>
  fields.some(({ name, offset, size }) => name === 'common_pid' && offset === 4 && size === 4);

const start = (formats: readonly TraceFormat[]): Wasm => {
  const wasm = startWasm();
  wasm.startTexts(BigInt(Math.floor(Math.random() * 2 ** 52)));
  wasm.startTrace();
  wasm.startFtrace();
  formats.forEach((format, event) => {
    const fields = ownFields(format);
    wasm.traceEvent(event, 0, 0, 0, 0, 0, fields.length);
    fieldsInto(wasm, event, fields);
    wasm.ftraceEvent(format.id, event);
  });
  return wasm;
};

const rowsOf = (wasm: Wasm, formats: readonly TraceFormat[]): readonly EventRows[] => {
  // All are sorted before one is read: sorting may move the memory.
  const sorted = formats.map((format, event) => ({ format, gather: gatherOf(wasm, event, ownFields(format)) }));
  return sorted.map(({ format, gather }, event) => ({
    format,
    size: gather.rows,
    times: gather.times,
    cpus: gather.column(Uint32Array, 1),
    tids: gather.column(Int32Array, 3),
    columns: ownFields(format).map((field, i) => ({
      name: columnName(field.name),
      doc: docOf(field),
      column: () => fieldColumn(wasm, event, i, field, gather),
    })),
  }));
};

/** A reader of pages by WASM, rows in order of time; undefined if there is none, or it cannot read such pages. */
export const pageReaderWasm = (layout: PageLayout, all: ReadonlyMap<number, TraceFormat>): PageReader | undefined => {
  const formats = [...all.values()];
  const odd = formats.some((format) => !hasUsualTid(format) || ownFields(format).some(isOddField));
  if (!hasWasm() || !isUsual(layout) || odd || formats.length > MOST_EVENTS) return undefined;
  const wasm = start(formats);
  const missed = new Map<number, number>();
  let [room, place] = [0, 0];
  return {
    take(cpu, pages) {
      if (pages.length > room) {
        room = Math.max(2 ** 20, pages.length);
        place = wasm.traceSpace(room) >>> 0;
      }
      new Uint8Array(wasm.memory.buffer, place, pages.length).set(pages);
      if (wasm.ftracePages(cpu, place, pages.length) === 0) return false;
      const lost = u32(wasm.ftraceMissed);
      if (lost > 0) missed.set(cpu, (missed.get(cpu) ?? 0) + lost);
      return true;
    },
    rows: () => rowsOf(wasm, formats),
    base: () => BigInt.asUintN(64, wasm.ftraceBase()),
    get missed() {
      return { events: missed, unknown: u32(wasm.ftraceUncounted) };
    },
    get damaged() {
      return { pages: u32(wasm.ftraceDamaged), events: u32(wasm.ftraceUnknown) };
    },
  };
};
