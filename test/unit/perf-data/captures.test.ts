import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../src/lib/columns/column.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { readPerfData } from '../../../src/lib/sources/perf-data/profile.ts';
import { readTracepoints } from '../../../src/lib/sources/perf-data/tracepoints.ts';
import { bytesOfFile, bytesOfStream } from '../../../src/lib/bytes/bytes.ts';
import { ROOT, type Profile } from '../../../src/lib/stacks/profile.ts';
import { readProfile } from '../../../src/lib/sources/profile-reader.ts';

const folder = join(packageRoot, 'fixtures', 'perf-data');
const symbols = join(folder, 'symbols');
const read = (name: string): Promise<Profile> => readPerfData(bytesOfFile(join(folder, name)), { symbols });

/** Function names of a sample, innermost first. */
const names = ({ samples, stacks, frames }: Profile, row: number): string[] => {
  const out: string[] = [];
  let at = (valueAt(samples.data['stack']!, row) as number | undefined) ?? ROOT;
  for (; at !== ROOT; at = stacks.parent[at]!) out.push(frames.names[frames.name[stacks.frame[at]!]!]!);
  return out;
};

const shareOf = (profile: Profile, name: string): number => {
  let count = 0;
  for (let row = 0; row < profile.samples.size; row++) if (names(profile, row).includes(name)) count++;
  return count / profile.samples.size;
};

// fixtures/perf-data/work.c, recorded by perf 6.1 in each of its modes: a process and its child spend their time in
// hot().
describe.each(['plain.data', 'compressed.data', 'pipe.data', 'pipe-compressed.data'])('%s', (name) => {
  it('shows the hot function under main, in both processes', async () => {
    const profile = await read(name);
    expect(profile.samples.size).toBe(20);
    expect(shareOf(profile, 'hot')).toBeGreaterThan(0.75);
    const rows = Array.from({ length: 20 }, (_, row) => row).filter((row) => names(profile, row)[0] === 'hot');
    for (const row of rows) expect(names(profile, row).slice(0, 2)).toEqual(['hot', 'main']);
    expect(new Set(rows.map((row) => valueAt(profile.samples.data['pid']!, row))).size).toBe(2);
    expect(profile.meta).toMatchObject({ format: 'perf.data', arch: 'x86_64', maxDepth: 127, callers: true });
    expect(profile.meta.events[0]?.name).toBe('cpu-clock:ppp');
  });

  it('reads the same as a stream', async () => {
    const file = join(folder, name);
    const direct = await read(name);
    const streamed = await readPerfData(await bytesOfStream(createReadStream(file, { highWaterMark: 100 })), {
      symbols,
    });
    expect(streamed.samples.size).toBe(direct.samples.size);
    expect((await readProfile(createReadStream(file), { symbols })).frames.names).toEqual(direct.frames.names);
  });
});

it('names processes by their main thread', async () => {
  const { meta, samples } = await read('threads.data');
  const names = new Set(Array.from({ length: samples.size }, (_, row) => valueAt(samples.data['pid']!, row)));
  expect([...(meta.processNames?.keys() ?? [])].sort()).toEqual([...names].sort());
  // One is renamed twice: by perf to perf-exec, and by execve.
  expect([...(meta.processNames?.values() ?? [])]).toEqual(['sh', 'sh', 'ls']);
});

it('gives each member of a group its own samples', async () => {
  const { samples, meta } = await read('group.data');
  expect(meta.events.map(({ name, samples: count }) => [name, count])).toEqual([
    ['cpu-clock', 4],
    ['task-clock', 4],
  ]);
  expect(valueAt(samples.data['period']!, 0)).toBeGreaterThan(0);
});

it('shows the innermost user frame of copied stacks, with a warning', async () => {
  const profile = await read('dwarf.data');
  expect(shareOf(profile, 'hot')).toBe(1);
  expect(profile.warnings.join()).toMatch(/does not unwind/);
});

it('reads samples with addresses, weights and physical addresses', async () => {
  const profile = await read('addresses.data');
  expect(profile.samples.size).toBe(142);
  expect(profile.warnings.filter((say) => /records/.test(say))).toEqual([]);
});

it('decodes the fields of tracepoints by the formats in the file', async () => {
  const { events, warnings } = await readTracepoints(bytesOfFile(join(folder, 'tracepoints.data')));
  expect(warnings).toEqual([]);
  const exec = events.find(({ event }) => event === 'sched:sched_process_exec')!.table;
  expect(valueAt(exec.data['filename']!, 0)).toMatch(/work$|exe$/);
  expect(valueAt(exec.data['arg_pid']!, 0)).toBe(valueAt(exec.data['pid']!, 0));
  const fork = events.find(({ event }) => event === 'sched:sched_process_fork')!.table;
  expect(valueAt(fork.data['child_comm']!, 0)).toBe('work');
  expect(valueAt(fork.data['parent_pid']!, 0)).toBe(valueAt(fork.data['tid']!, 0));
});
