import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../src/lib/columns/column.ts';
import { exactAt } from '../../../src/lib/columns/exact.ts';
import { FridayError } from '../../../src/lib/errors.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { readTracepointsWasm } from '../../../src/lib/sources/perf-data/trace-wasm.ts';
import type { Tracepoints } from '../../../src/lib/sources/perf-data/trace-plan.ts';
import { perfTracepoints } from '../../../src/lib/sources/perf-data/trace-decoder.ts';
import { readTracepointsTs } from '../../../src/lib/sources/perf-data/trace-ts.ts';
import { bytesOf } from '../../../src/lib/bytes/bytes.ts';
import { ascends, stableOrder } from '../../../src/lib/stacks/symbols/stable-order.ts';
import { hasWasm } from '../../../src/lib/bytes/wasm.ts';
import { integersFrom } from '../../random.ts';

const folder = join(packageRoot, 'fixtures', 'perf-data');
const wasm = hasWasm();
const noWasm = wasm ? 'runs' : 'needs dist/wasm: npm run build';

/** Everything that a reader returns, cell by cell, to compare two readers. */
const told = ({ events, lost, warnings }: Tracepoints): unknown => ({
  lost,
  warnings,
  events: events.map(({ event, table }) => ({
    event,
    docs: table.docs,
    rows: Array.from({ length: table.size }, (_, i) =>
      Object.fromEntries(
        Object.entries(table.data).map(([name, column]) => [
          name,
          [valueAt(column, i), column.kind === 'number' ? exactAt(column, i) : undefined],
        ]),
      ),
    ),
  })),
});

/** Rows of sched_switch. */
const switches = ({ events: all }: Tracepoints): number =>
  all.find(({ event }) => event === 'sched:sched_switch')!.table.size;

describe.skipIf(!wasm)(`tracepoints read by WASM (${noWasm})`, () => {
  for (const file of ['tracepoints.data', 'threads.data', 'plain.data', 'pipe.data', 'dwarf.data'])
    it(`equal those read record by record: ${file}`, async () => {
      const bytes = readFileSync(join(folder, file));
      const fromWasm = readTracepointsWasm(bytesOf(bytes));
      expect(fromWasm).toBeDefined();
      expect(told(fromWasm!)).toEqual(told(await readTracepointsTs(bytesOf(bytes))));
    });

  it('do not depend on where a chunk ends', async () => {
    const bytes = readFileSync(join(folder, 'threads.data'));
    const whole = told(await readTracepointsTs(bytesOf(bytes)));
    for (const chunk of [400, 401, 509, 1024, 4096]) {
      const fromWasm = readTracepointsWasm(bytesOf(bytes), { chunk });
      expect(fromWasm, `chunks of ${chunk}`).toBeDefined();
      expect(told(fromWasm!), `chunks of ${chunk}`).toEqual(whole);
    }
  });

  it('are left to the reader in TypeScript if a format places a field beyond the largest record', async () => {
    const line = 'field:pid_t next_pid;\toffset:56;\tsize:4;\tsigned:1;';
    const text = readFileSync(join(folder, 'threads.data')).toString('latin1');
    expect(text).toContain(line);
    for (const [offset, size] of [
      [4294967292, 8],
      [4294967300, 4],
      [2147483648, 2147483648],
    ] as const) {
      const other = `field:pid_t next_pid;\toffset:${offset};\tsize:${size};\tsigned:1;`;
      const at = text.indexOf('print fmt: "', text.indexOf(line)) + 'print fmt: "'.length;
      // Remove as many characters from the format's last line as this line gains, so that the file's lengths stay
      // right.
      const cut = text.slice(0, at) + text.slice(at + other.length - line.length);
      const bytes = Buffer.from(cut.replace(line, other), 'latin1');
      expect(readTracepointsWasm(bytesOf(bytes)), `${offset}, ${size}`).toBeUndefined();
      expect((await readTracepointsTs(bytesOf(bytes))).events.map(({ event }) => event)).toContain(
        'sched:sched_switch',
      );
    }
  });

  it.each([0, 1])('keep all digits of fields of 64 bits (signed: %i)', async (signed) => {
    const text = readFileSync(join(folder, 'threads.data')).toString('latin1');
    const line = /field:char next_comm\[16\];\toffset:(\d+);\tsize:16;\tsigned:\d;/.exec(text)![0];
    const names = readTracepointsWasm(bytesOf(Buffer.from(text, 'latin1')))!;
    // Names as numbers: the first 8 bytes of each.
    const other = line
      .replace('char next_comm[16]', 'long next_comm')
      .replace('size:16', 'size:8')
      .replace(/\d;$/, `${signed};`);
    const at = text.indexOf('print fmt: "', text.indexOf(line)) + 'print fmt: "'.length;
    const padded = text.slice(0, at) + ' '.repeat(line.length - other.length) + text.slice(at);
    const bytes = Buffer.from(padded.replace(line, other), 'latin1');
    const [fromWasm, fromTs] = [readTracepointsWasm(bytesOf(bytes))!, await readTracepointsTs(bytesOf(bytes))];
    expect(told(fromWasm)).toEqual(told(fromTs));
    const column = ({ events }: Tracepoints) =>
      events.find(({ event }) => event === 'sched:sched_switch')!.table.data['next_comm']!;
    const [wide, text16] = [column(fromWasm), column(names)];
    if (wide.kind !== 'number') throw new TypeError('no numbers');
    const rows = switches(fromWasm);
    let beyond = 0;
    for (let row = 0; row < rows; row++) {
      const first = Buffer.alloc(8);
      first.write(String(valueAt(text16, row)), 'latin1');
      const value = signed === 1 ? first.readBigInt64LE() : first.readBigUInt64LE();
      expect(exactAt(wide, row)).toBe(value);
      expect(valueAt(wide, row)).toBe(Number(value));
      if (value > 2n ** 53n) beyond++;
    }
    expect(beyond).toBeGreaterThan(3);
  });

  it('have the name that the thread had at that time', () => {
    const { events } = readTracepointsWasm(bytesOf(readFileSync(join(folder, 'threads.data'))))!;
    const { table } = events.find(({ event }) => event === 'sched:sched_process_exec')!;
    const names = Array.from({ length: table.size }, (_, i) => valueAt(table.data['comm']!, i));
    expect(names).toContain('sh');
    expect(names).toContain('ls');
  });

  it('are left to the reader in TypeScript in compressed, big-endian or damaged files, and are equal in others', async () => {
    const compressed = readFileSync(join(folder, 'compressed.data'));
    expect(readTracepointsWasm(bytesOf(compressed))).toBeUndefined();
    const whole = readFileSync(join(folder, 'threads.data'));
    let read = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const pick = integersFrom(seed * 7919);
      const bytes = Uint8Array.from(whole);
      for (let flips = 1 + pick(3); flips > 0; flips--) bytes[pick(bytes.length)]! ^= 1 << pick(8);
      const cut = pick(4) === 0 ? bytes.subarray(0, pick(bytes.length)) : bytes;
      const other = await readTracepointsTs(bytesOf(cut)).catch((error: unknown) => error);
      if (other instanceof FridayError) continue;
      const fromWasm = readTracepointsWasm(bytesOf(cut));
      if (fromWasm === undefined) continue;
      read++;
      expect(told(fromWasm), `seed ${seed}`).toEqual(told(other as Tracepoints));
    }
    expect(read).toBeGreaterThan(50);
  });
});

it('are sorted stably from interleaved runs of times', () => {
  for (let seed = 1; seed < 60; seed++) {
    const pick = integersFrom(seed);
    const times: number[] = [];
    for (let run = pick(8); run >= 0; run--) {
      let t = pick(50);
      for (let n = pick(40); n > 0; n--) times.push((t += pick(4)));
    }
    const expected = times.map((_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b);
    const keys = Float64Array.from(times);
    expect(Array.from(stableOrder(keys)), `seed ${seed}`).toEqual(expected);
    expect(ascends(keys, keys.length), `seed ${seed}`).toBe(expected.every((place, i) => place === i));
  }
});

describe('tracepoints of a file', () => {
  const source = async function* () {
    yield readFileSync(join(folder, 'threads.data'));
    await Promise.resolve();
  };

  it('are decoded by name; without a name, the one with most rows', async () => {
    const exec = await perfTracepoints.decode(source(), { event: 'sched:sched_process_exec' });
    expect(exec.table.size).toBe(2);
    expect(valueAt(exec.table.data['filename']!, 1)).toBe('/usr/bin/ls');
    const longest = await perfTracepoints.decode(source());
    expect(Object.keys(longest.table.data)).toContain('prev_comm');
    expect(longest.warnings.map(({ say }) => say).join()).toContain('sched:sched_process_exec (2 rows)');
  });

  it('are listed in the error if an unknown one is requested', async () => {
    await expect(perfTracepoints.decode(source(), { event: 'sched:nope' })).rejects.toThrow(/sched:sched_switch \(10/);
  });
});
