import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../src/lib/columns/column.ts';
import { readCpuProfileBpftrace, wantedOfCpuProfileBpftrace } from '../../../src/lib/sources/bpftrace/cpu-profile.ts';
import { cpuProfileBpftrace } from '../../../src/lib/sources/bpftrace/programs.ts';
import { KERNEL, frameNames, ROOT } from '../../../src/lib/stacks/profile.ts';
import { pieces } from '../../pieces.ts';
import { waitsContext, waitsFile } from './waits.ts';

const output = waitsFile('cpu-profile.json');
const PID = Number(/"data": "\d+,\d+,(\d+),/.exec(output.toString())?.[1]);
const read = async (bytes: Uint8Array | string, context = waitsContext(PID)) =>
  readCpuProfileBpftrace(pieces(Buffer.from(bytes), 4096), context);
const line = (text: string): string => `${JSON.stringify({ type: 'printf', data: text })}\n`;

describe('a CPU profile by bpftrace', () => {
  it('names the function that runs, in the columns of every profile', async () => {
    const profile = await read(output);
    const { samples } = profile;
    const { stack, comm, period } = samples.data;
    let hot = 0;
    for (let i = 0; i < samples.size; i++) {
      const names = frameNames(profile, Number(stack === undefined ? ROOT : (valueAt(stack, i) ?? ROOT)));
      if (names.includes('runs_hot')) hot++;
      expect(period === undefined ? 0 : valueAt(period, i)).toBe(1);
    }
    expect(hot / samples.size).toBeGreaterThan(0.9);
    expect(comm?.kind === 'text' ? comm.names : []).toEqual(expect.arrayContaining(['hot', 'cold']));
    expect(profile.meta.events).toMatchObject([{ name: 'cpu-clock', unit: 'samples', about: '49 Hz' }]);
    expect(profile.frames.dsos).toContain('/tmp/fbf-waits/waits');
    expect(profile.warnings).toEqual([]);
  });

  it('has the times of the samples since the start of the recording', async () => {
    const start = Number(/"data": "(\d+),/.exec(output.toString())?.[1]) / 1e9;
    const { samples, meta } = await read(output, { ...waitsContext(PID), start });
    const { t } = samples.data;
    expect(t === undefined ? -1 : valueAt(t, 0)).toBeCloseTo(0, 6);
    expect(t === undefined ? -1 : valueAt(t, samples.size - 1)).toBeGreaterThan(0.8);
    expect(meta.start).toBe(start);
  });

  it('keeps the samples before the damage wherever the output is cut', async () => {
    let before = 0;
    for (let i = 0; i < 50; i++) {
      const { samples, warnings } = await read(output.subarray(0, Math.floor((output.length * i) / 50)));
      expect(samples.size).toBeGreaterThanOrEqual(before);
      expect(warnings.length).toBeGreaterThan(0);
      before = samples.size;
    }
  });

  it('takes a comm of any bytes for what it is', async () => {
    const comm = 'a,\n\tffff,b"\u0001';
    const kernel = '\n\tffffffff81000010 vfs_read+16\n\tffffffffc0000010 probe+16 [virtio_net]\n';
    const { samples, frames, lost } = await read(
      `${line('begin 1 49')}${line(`5,1,7,8,${kernel},\n    0x401000\n,${comm}`)}{"type": "lost_events", "data": {"events": 3}}\n${line('end 9')}`,
      { start: 0, maps: new Map(), symbols: '' },
    );
    const text = samples.data['comm'];
    expect(text === undefined ? '' : valueAt(text, 0)).toBe(comm);
    const named = Array.from({ length: frames.size }, (_, i) => [
      frames.names[frames.name[i] ?? 0],
      frames.dsos[frames.dso[i] ?? 0],
      frames.flags[i],
    ]);
    expect(named).toContainEqual(['vfs_read', '[kernel.kallsyms]', KERNEL]);
    expect(named).toContainEqual(['probe', '[virtio_net]', KERNEL]);
    expect(lost.samples).toBe(3);
  });

  it('reads stacks of later versions, which print raw addresses without blanks', async () => {
    const { samples, frames } = await read(
      `${line('begin 1 49')}${line('5,1,7,8,\n,\n401859\n41c09c\n,x')}${line('end 9')}`,
      waitsContext(7),
    );
    expect(samples.size).toBe(1);
    expect(frames.names).toContain('runs_hot');
  });

  it('says which binaries symbolizing needs', async () => {
    const { binaries } = await wantedOfCpuProfileBpftrace(pieces(output, 4096), waitsContext(PID).maps);
    expect(binaries).toMatchObject([{ name: '/tmp/fbf-waits/waits', pids: [PID] }]);
  });
});

it('is a program as data, with the rate and the target', () => {
  const { argv, stop, env } = cpuProfileBpftrace({ hz: 99, target: { pids: [5] } });
  expect(argv.slice(0, 6)).toEqual(['bpftrace', '-f', 'json', '-B', 'line', '-e']);
  expect(argv[6]).toContain('/pid != 0 && (pid == 5)/');
  expect(argv.slice(7)).toEqual(['99', '1', '32768']);
  expect(stop).toBe('INT');
  expect(env).toMatchObject({ BPFTRACE_NO_USER_SYMBOLS: '1', BPFTRACE_STACK_MODE: 'raw' });
});
