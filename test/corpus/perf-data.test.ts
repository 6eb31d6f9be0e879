import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOfFile } from '../../src/lib/bytes/bytes.ts';
import { timeOf, type Event } from '../../src/lib/sources/perf-data/events.ts';
import { walkEvents } from '../perf-data-walk.ts';
import { corpus } from '../corpus.ts';

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access,
   @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument,
   @typescript-eslint/no-unsafe-call -- the expected JSON has no type */

const folder = corpus('perf-data');
const files = (sub: string, end: RegExp): string[] =>
  folder === undefined ? [] : readdirSync(join(folder, sub)).filter((name) => end.test(name));

const u32 = (value: unknown): unknown => (typeof value === 'number' ? value >>> 0 : value);

/** A sample or a trailer under quipper's names; fields that quipper leaves out are left out. */
const quipperSample = (s: Event['sample']): Record<string, unknown> => ({
  ip: s?.ip,
  pid: u32(s?.pid),
  tid: u32(s?.tid),
  sample_time_ns: s?.time,
  addr: s?.addr,
  id: s?.id,
  stream_id: s?.streamId,
  cpu: s?.cpu,
  period: s?.period,
  callchain: s?.callchain,
  weight: s?.weight,
  data_src: s?.dataSource,
  transaction: s?.transaction,
});

const task = (f: any) => ({ pid: f.pid, ppid: f.parent, tid: f.tid, ptid: f.parentTid, fork_time_ns: f.time });

/** Quipper's names of the fields of our records, by quipper's name of the record. */
const quipper: Record<string, (event: any) => Record<string, unknown>> = {
  sample_event: ({ sample }) => quipperSample(sample),
  mmap_event: ({ fields: f }) => ({
    pid: u32(f.pid),
    tid: u32(f.tid),
    start: f.start,
    len: f.length,
    pgoff: f.offset,
    filename: f.filename,
    maj: f.major,
    min: f.minor,
    ino: f.inode,
    ino_generation: f.generation,
    prot: f.protection,
    flags: f.flags,
  }),
  comm_event: ({ fields: f }) => ({ pid: f.pid, tid: f.tid, comm: f.comm }),
  fork_event: ({ fields }) => task(fields),
  exit_event: ({ fields }) => task(fields),
  lost_event: ({ fields: f }) => ({ id: f.id, lost: f.lost }),
  lost_samples_event: ({ fields: f }) => ({ num_lost: f.lost }),
  throttle_event: ({ fields: f }) => ({ time_ns: f.time, id: f.id, stream_id: f.streamId }),
  unthrottle_event: ({ fields: f }) => ({ time_ns: f.time, id: f.id, stream_id: f.streamId }),
  context_switch_event: ({ fields: f }) => ({ is_out: f.out, next_prev_pid: f.pid, next_prev_tid: f.tid }),
  namespaces_event: ({ fields: f }) => ({
    pid: f.pid,
    tid: f.tid,
    link_info: f.links?.map((l: any) => ({ dev: l.device, ino: l.inode })),
  }),
  time_conv_event: ({ fields: f }) => ({ time_shift: f.shift, time_mult: f.multiplier, time_zero: f.zero }),
  aux_event: ({ fields: f }) => ({ aux_offset: f.offset, aux_size: f.size }),
  itrace_start_event: ({ fields: f }) => ({ pid: f.pid, tid: f.tid }),
};

const fieldNames = (kind: string, theirs: any): string[] =>
  Object.keys(theirs).filter((name) => !/md5|root_path|sample_info|entries/.test(name) && kind in quipper);

describe.skipIf(folder === undefined)("perf.data files of many kernels and perf versions from quipper's tests", () => {
  const names = files('quipper', /\.expected\.json$/).map((name) => name.replace('.expected.json', ''));

  it.each(names)('%s gives the events and fields that quipper reads', async (name) => {
    const at = join(folder!, 'quipper', name);
    const expected = JSON.parse(readFileSync(`${at}.expected.json`, 'utf8'));
    const { events, end, header, session } = walkEvents(bytesOfFile(at));
    const ours: Event[] = [];
    for await (const event of events) ours.push(event);

    expect(end.why).toBeUndefined();
    expect(header.warnings).toEqual([]);
    expect(ours.filter((event) => event.cut)).toEqual([]);
    // Quipper sorts records by time: compare both sides in order of time, records without a time first.
    const byTime = <Item>(items: Item[], time: (item: Item) => number): Item[] =>
      items.sort((a, b) => time(a) - time(b));
    byTime(ours, (event) => Number(timeOf(event) ?? 0));
    byTime(expected.events, (event: any) => Number(event.timestamp));
    let next = 0;
    for (const theirs of expected.events) {
      const { type, misc, size } = theirs.header;
      while (next < ours.length) {
        const o = ours[next]!;
        if (o.number === type && o.misc === misc && o.size === size) break;
        // Quipper leaves out records that perf makes itself, and some mmaps.
        expect([1, 10].includes(o.number) || o.number >= 64).toBe(true);
        next++;
      }
      const event = ours[next++]!;
      expect(event, `no record for ${JSON.stringify(theirs)}`).toBeDefined();
      const kind = Object.keys(theirs).find((key) => key.endsWith('_event')) ?? '';
      const same = quipper[kind]?.(event) ?? {};
      for (const field of fieldNames(kind, theirs[kind] ?? {})) {
        const wanted = theirs[kind][field];
        // Quipper's schema has a list of one entry where ours has a single value.
        expect(same[field], `${kind}.${field}`).toEqual(field === 'callchain' ? [wanted].flat() : wanted);
      }
      const info = theirs[kind]?.sample_info;
      if (info !== undefined) {
        const id = quipperSample(event.id);
        for (const field of Object.keys(info)) expect(id[field], `${kind}.sample_info.${field}`).toEqual(info[field]);
      }
    }
    for (const { number } of ours.slice(next)) expect(number === 1 || number === 10 || number >= 64).toBe(true);

    expect(session.events.length).toBe(expected.file_attrs.length);
    for (const [i, { attr, ids }] of expected.file_attrs.entries()) {
      const mine = session.events[i]!;
      expect(mine.attr).toMatchObject({
        type: attr.type ?? 0,
        config: attr.config ?? 0,
        samplePeriod: attr.sample_period ?? attr.sample_freq ?? 0,
        sampleType: attr.sample_type ?? 0,
        readFormat: attr.read_format ?? 0,
      });
      const flags = Object.keys(attr).filter((key) => attr[key] === true || attr[key][0] === true);
      for (const flag of flags) expect(mine.attr.flags, flag).toContain(flag);
      if (ids !== undefined) expect(mine.ids).toEqual(ids);
    }
    for (const { misc, build_id_hash, filename } of expected.build_ids ?? [])
      expect(session.buildIds).toContainEqual(expect.objectContaining({ misc, filename, buildId: build_id_hash.hex }));
    const say = expected.string_metadata[0] ?? {};
    expect(header.features.hostname).toBe(say.hostname?.value[0]);
    expect(header.features.osRelease).toBe(say.kernel_version?.value[0]);
    expect(header.features.arch).toBe(say.architecture?.value[0]);
    expect(header.features.commandLine).toEqual(say.perf_command_line_token?.map((t: any) => t.value[0]));
    expect(header.features.totalMemory).toBe(expected.uint64_metadata[0]?.data);
    const topology = expected.cpu_topology?.[0];
    if (topology !== undefined) expect(header.features.cpuTopology?.threads).toEqual(topology.thread_siblings);
    for (const { id, name: event } of expected.event_types ?? [])
      expect(session.events.map((e, i) => [Number(e.attr.config), session.name(i).split(':')[0]])).toContainEqual([
        id,
        event,
      ]);
  });
});

describe.skipIf(folder === undefined)('files of the linux-perf-data project', () => {
  it.each(files('linux-perf-data', /\.data$/))('%s is read to its end, compressed records inflated', async (name) => {
    const { events, end } = walkEvents(bytesOfFile(join(folder!, 'linux-perf-data', name)));
    const seen: Event[] = [];
    for await (const event of events) seen.push(event);
    expect(end.why).toBeUndefined();
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(seen.some(({ type }) => type.startsWith('COMPRESSED'))).toBe(false);
    expect(seen.filter(({ type }) => type === 'SAMPLE').length).toBeGreaterThan(0);
    expect(seen.filter(({ cut }) => cut)).toEqual([]);
    if (name.includes('compressed')) expect(end.compressed).toBeGreaterThan(0);
  });
});
