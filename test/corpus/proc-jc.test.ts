import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { identifier } from '../../src/lib/sources/formats/identifier.ts';
import { corpus } from '../corpus.ts';
import { decode, type Row } from '../decode.ts';

const folder = corpus('proc-jc/linux-proc');
type Expected = Record<string, unknown>;

const expected = (file: string): unknown =>
  JSON.parse(readFileSync(join(folder ?? '', `${file}.expected.json`), 'utf8'));

/** jc's name, and the factor that converts our unit to its unit, by our name. */
const DISK: Record<string, [string, number]> = {
  major: ['maj', 1],
  minor: ['min', 1],
  reads: ['reads_completed', 1],
  readsMerged: ['reads_merged', 1],
  read: ['sectors_read', 1 / 512],
  readTime: ['read_time_ms', 1000],
  writes: ['writes_completed', 1],
  writesMerged: ['writes_merged', 1],
  written: ['sectors_written', 1 / 512],
  writeTime: ['write_time_ms', 1000],
  inFlight: ['io_in_progress', 1],
  busy: ['io_time_ms', 1000],
  queued: ['weighted_io_time_ms', 1000],
  discards: ['discards_completed_successfully', 1],
  discardsMerged: ['discards_merged', 1],
  discarded: ['sectors_discarded', 1 / 512],
  discardTime: ['discarding_time_ms', 1000],
  flushes: ['flush_requests_completed_successfully', 1],
  flushTime: ['flushing_time_ms', 1000],
};

const LOAD: Record<string, string> = {
  one: 'load_1m',
  five: 'load_5m',
  fifteen: 'load_15m',
  runnable: 'running',
  tasks: 'available',
  last: 'last_pid',
};

const STAT: Record<string, [string, number]> = {
  name: ['comm', 1],
  started: ['starttime', 100],
  tpgid: ['tpg_id', 1],
  utime: ['utime', 100],
  stime: ['stime', 100],
  cutime: ['cutime', 100],
  cstime: ['cstime', 100],
  rss: ['rss', 1 / 4096],
  kstkesp: ['kstkeep', 1],
  delayacct_blkio_ticks: ['delayacct_blkio_ticks', 100],
  guest_time: ['guest_time', 100],
  cguest_time: ['cguest_time', 100],
};

/** Fields that jc adds, or names in a way that a table cannot. */
const ADDED = new Set(['state_pretty', 'State_pretty', 'SigQ_current', 'SigQ_limit']);
const BYTES = /^Vm|^Rss|^HugetlbPages$/;

const inTheirs = (row: Row, map: Record<string, [string, number]>): Expected =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name !== 't')
      .map(([name, value]) => {
        const [theirs, factor] = map[name] ?? [name, 1];
        return [theirs, typeof value === 'number' && factor !== 1 ? Math.round(value * factor) : value];
      }),
  );

const without = (row: Expected): Expected =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !ADDED.has(name)));

/** The files of a kind: `stat`, `stat2`, `pid_stat_hack` ... */
const variants = (name: string): string[] =>
  ['', '2', '3', '4', '_old', '_centos', '_hack']
    .map((end) => name + end)
    .filter((file) => existsSync(join(folder ?? '', file)));

describe.skipIf(folder === undefined)('files of /proc that jc publishes decode to its values, cell by cell:', () => {
  const at = (file: string): string[] => [join(folder ?? '', file)];

  it.each(folder ? variants('stat') : [])('%s', async (file) => {
    const want = expected(file) as Expected;
    const names = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guestNice'];
    const { rows } = await decode('proc.stat', at(file));
    for (const row of rows) {
      const theirs = want[row['cpu'] === 'all' ? 'cpu' : `cpu${row['cpu']}`] as Record<string, number>;
      const values = Object.values(theirs);
      expect(names.slice(0, values.length).map((name) => Math.round(Number(row[name]) * 100))).toEqual(values);
    }
    const [all] = rows;
    expect(rows).toHaveLength(Object.keys(want).filter((key) => /^cpu\d*$/.test(key)).length);
    const totals = {
      switches: 'context_switches',
      booted: 'boot_time',
      forks: 'processes',
      running: 'processes_running',
    };
    for (const [ours, theirs] of Object.entries({ ...totals, blocked: 'processes_blocked' }))
      expect(all?.[ours], ours).toBe(want[theirs]);
    const interrupts = await decode('proc.stat.interrupts', at(file));
    expect([all?.['interrupts'], ...interrupts.rows.map(({ count }) => count)]).toEqual(want['interrupts']);
    const softirqs = await decode('proc.stat.softirqs', at(file));
    expect([all?.['softirqs'], ...softirqs.rows.map(({ count }) => count)]).toEqual(want['softirq']);
  });

  it.each(folder ? variants('diskstats') : [])('%s', async (file) => {
    const { rows, warnings } = await decode('proc.diskstats', at(file));
    expect(rows.map((row) => inTheirs(row, DISK))).toEqual(expected(file));
    expect(warnings).toEqual([]);
  });

  it('loadavg', async () => {
    const [row] = (await decode('proc.loadavg', at('loadavg'))).rows;
    const want = expected('loadavg') as Expected;
    for (const [ours, theirs] of Object.entries(LOAD)) expect(row?.[ours], ours).toBe(want[theirs]);
  });

  it.each(folder ? variants('meminfo') : [])('%s', async (file) => {
    const [row = {}] = (await decode('proc.meminfo', at(file))).rows;
    const want = expected(file) as Record<string, number>;
    const ours = Object.fromEntries(
      Object.entries(want).map(([name, value]) => {
        return [identifier(name), name.startsWith('HugePages_') ? value : value * 1024];
      }),
    );
    expect(row).toEqual({ t: 0, ...ours });
  });

  it.each(folder ? variants('vmstat') : [])('%s', async (file) => {
    const [row = {}] = (await decode('proc.vmstat', at(file))).rows;
    const want = expected(file) as Record<string, number>;
    for (const name of ['pgpgin', 'pgpgout']) want[name] = (want[name] ?? 0) * 1024;
    expect(row).toEqual({ t: 0, ...want });
  });

  it.each(folder ? variants('pid_stat') : [])('%s', async (file) => {
    const [row = {}] = (await decode('proc.pid.stat', at(file))).rows;
    expect(inTheirs(row, STAT)).toEqual(without(expected(file) as Expected));
  });

  it.each(folder ? variants('pid_status') : [])('%s', async (file) => {
    const [row = {}] = (await decode('proc.pid.status', at(file))).rows;
    const want = without(expected(file) as Expected);
    for (const [name, value] of Object.entries(want)) {
      const ours = row[name];
      if (name === 'Uid' || name === 'Gid')
        expect(['', 'Effective', 'Saved', 'Filesystem'].map((kind) => row[name + kind])).toEqual(value);
      else if (Array.isArray(value)) expect(String(ours).split(','), name).toEqual(value);
      else if (BYTES.test(name)) expect(ours, name).toBe(Number(value) * 1024);
      else expect(name.startsWith('NS') ? Number(ours) : ours, name).toEqual(value);
    }
    const mapped = [
      't',
      'pid',
      'UidEffective',
      'UidSaved',
      'UidFilesystem',
      'GidEffective',
      'GidSaved',
      'GidFilesystem',
    ];
    expect(Object.keys(row).filter((name) => !(name in want) && !mapped.includes(name))).toEqual([]);
  });

  it.each(folder ? variants('pid_io') : [])('%s', async (file) => {
    const [row] = (await decode('proc.pid.io', at(file))).rows;
    expect(row).toEqual({ t: 0, ...(expected(file) as Expected) });
  });
});
