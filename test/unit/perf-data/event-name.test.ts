import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/lib/paths.ts';
import { nameOfEvent } from '../../../src/lib/sources/perf-data/event-name.ts';
import { readHeader } from '../../../src/lib/sources/perf-data/header.ts';
import { readPerfData } from '../../../src/lib/sources/perf-data/profile.ts';
import { bytesOf, bytesOfFile } from '../../../src/lib/bytes/bytes.ts';
import { perfData, record, TYPE } from './made.ts';

const flag = { user: 1 << 4, kernel: 1 << 5, hv: 1 << 6, precise: 1 << 15, host: 1 << 19, guest: 1 << 20 };

/**
 * Names that perf script 6.1 prints for cycles without a recorded name, by what its attr excludes and its precision.
 */
const names: Readonly<Record<string, number>> = {
  'cycles:HG': 0,
  cycles: flag.guest,
  'cycles:G': flag.host,
  'cycles:pp': 2 * flag.precise,
  'cycles:ppH': (2 * flag.precise) | flag.guest,
  'cycles:uh': flag.kernel,
  'cycles:uhH': flag.kernel | flag.guest,
  'cycles:k': flag.user | flag.hv,
  'cycles:pG': flag.precise | flag.host,
};

describe('an event without a recorded name', () => {
  it.each(Object.entries(names))('is %s, as perf names it', async (name, flags) => {
    const sampleType = TYPE.IP + TYPE.TID + TYPE.TIME + TYPE.CPU;
    const file = perfData([record(9, 2, [0x40_0000n, 7, 7, 30n, 0, 0])], { attrs: [{ sampleType, flags }] });
    const profile = await readPerfData(bytesOf(file));
    expect(profile.meta.events.map((event) => event.name)).toEqual([name]);
  });

  it('is that of its format if formats were recorded, as in a pipe', () => {
    const bytes = bytesOfFile(join(packageRoot, 'fixtures', 'perf-data', 'tracepoints.data'));
    const header = readHeader(bytes);
    const named = header.attrs.map((_, event) => nameOfEvent(header, event));
    const { events, ...features } = header.features;
    const unnamed = { ...header, features, attrs: header.attrs.map((each) => ({ ...each, name: undefined })) };
    expect(events?.map(({ name }) => name)).toEqual(named);
    expect(unnamed.attrs.map((_, event) => nameOfEvent(unnamed, event))).toEqual(named);
    expect(named[0]).toMatch(/^\w+:\w+$/);
    bytes.close();
  });
});
