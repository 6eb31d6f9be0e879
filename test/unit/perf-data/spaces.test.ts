import { describe, expect, it, vi } from 'vitest';
import { captureWasm } from '../../../src/lib/sources/perf-data/capture-wasm.ts';
import type { Mapping, Mappings } from '../../../src/lib/stacks/addresses/mappings.ts';
import { mappingAt, mappingAtFar, processes } from '../../../src/lib/sources/perf-data/spaces.ts';
import { bytesOf } from '../../../src/lib/bytes/bytes.ts';
import { hasWasm, type Wasm } from '../../../src/lib/bytes/wasm.ts';
import { integersFrom } from '../../random.ts';
import { perfData, record, TYPE, type Field } from './made.ts';

const instances: Wasm[] = [];
vi.mock('../../../src/lib/bytes/wasm.ts', async (original) => {
  const actual = await original<typeof import('../../../src/lib/bytes/wasm.ts')>();
  const startWasm: typeof actual.startWasm = (imports) => {
    const instance = actual.startWasm(imports);
    instances.push(instance);
    return instance;
  };
  return { ...actual, startWasm };
});

/** The mappings of an address space, page by page: slow, but simple. */
type Model = Map<number, number>;

const PAGES = 64;
const pageOf = (page: number): number => page * 0x1000;

describe('address spaces', () => {
  it.each([1, 2, 3, 4])('give the same result as a table of all pages for map, fork and exec (seed %i)', (seed) => {
    const next = integersFrom(seed);
    const procs = processes();
    const models = new Map<number, Model>();
    const modelOf = (pid: number): Model => models.get(pid) ?? new Map<number, number>();
    for (let i = 0; i < 3000; i++) {
      const [pid, child] = [next(8), next(8)];
      const kind = next(10);
      if (kind === 0 && pid !== child) {
        procs.fork({ pid: child, tid: child }, { pid, tid: pid }, false);
        models.set(child, new Map(modelOf(pid)));
      } else if (kind === 1) {
        procs.exec(pid);
        models.set(pid, new Map());
      } else {
        const [from, pages] = [next(PAGES), next(6)];
        procs.map(pid, { start: pageOf(from), end: pageOf(from + pages), delta: i, dso: i });
        const model = new Map(modelOf(pid));
        for (let page = from; page < from + pages; page++) model.set(page, i);
        models.set(pid, model);
      }
      const asked = next(8);
      const all = Array.from({ length: PAGES + 6 }, (_, page) => page);
      const known = all.map((page) => modelOf(asked).get(page));
      const space = procs.space(asked);
      expect(all.map((page) => mappingAt(space, pageOf(page) + 5)?.dso)).toEqual(known);
      expect(all.map((page) => mappingAtFar(space, BigInt(pageOf(page)))?.delta)).toEqual(known);
    }
  });
});

const SIZE = 3000;
/** Copying each space completely would make SIZE * SIZE mappings of 32 bytes or more. */
const COPIED = SIZE * SIZE * 32;

describe('many forks of a process with many mappings', () => {
  it('share unchanged mappings', () => {
    const procs = processes();
    const at = (i: number, dso: number): Mapping => ({ start: pageOf(i), end: pageOf(i + 1), delta: 0, dso });
    for (let i = 0; i < SIZE; i++) procs.map(1, at(i, i));
    for (let i = 0; i < SIZE; i++) {
      procs.fork({ pid: 2 + i, tid: 2 + i }, { pid: 1, tid: 1 }, false);
      procs.map(2 + i, at(i, SIZE + i));
    }
    const nodes = new Set<Mappings>();
    const walk = (node: Mappings | undefined): void => {
      if (node === undefined || nodes.has(node)) return;
      nodes.add(node);
      walk(node.left);
      walk(node.right);
    };
    for (let pid = 1; pid < SIZE + 2; pid++) walk(procs.space(pid).mappings);
    expect(nodes.size).toBeLessThan(SIZE * 60);
    expect(mappingAt(procs.space(2), pageOf(0))?.dso).toBe(SIZE);
    expect(mappingAt(procs.space(2), pageOf(1))?.dso).toBe(1);
    expect(mappingAt(procs.space(1), pageOf(0))?.dso).toBe(0);
  });

  it.skipIf(!hasWasm())('share them in WASM, too', async () => {
    const tail = (pid: number, time: number): Field[] => [pid, pid, BigInt(time), 0, 0];
    const map = (pid: number, page: number, time: number): Uint8Array =>
      record(1, 0, [pid, pid, BigInt(pageOf(page + 16)), 0x1000n, 0n, `/lib/${page % 5}`, ...tail(pid, time)]);
    const records: Uint8Array[] = [];
    for (let i = 0; i < SIZE; i++) records.push(map(1, i, i));
    for (let i = 0; i < SIZE; i++) {
      const time = SIZE + i;
      records.push(record(7, 0, [2 + i, 1, 2 + i, 1, BigInt(time), ...tail(1, time)]), map(2 + i, i, time));
    }
    const file = perfData(records, { attrs: [{ sampleType: TYPE.IP + TYPE.TID + TYPE.TIME + TYPE.CPU }] });
    instances.length = 0;
    expect(await captureWasm(bytesOf(file))).toBeDefined();
    expect(instances).toHaveLength(1);
    expect(instances[0]!.memory.buffer.byteLength).toBeLessThan(COPIED / 6);
  });
});
