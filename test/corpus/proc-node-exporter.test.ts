import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpus } from '../corpus.ts';
import { decode, type Row } from '../decode.ts';

const folder = corpus('proc-node_exporter');
const METRIC = /^node_(\w+?)(?:\{(.*)\})? (\S+)$/;

interface Metric {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const metrics: readonly Metric[] = folder
  ? readFileSync(join(folder, 'e2e-output.txt'), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, name, labels = '', value] = METRIC.exec(line) ?? [];
        if (name === undefined) return [];
        const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text] as const);
        return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
      })
  : [];

const of = (pattern: RegExp): readonly Metric[] => metrics.filter(({ name }) => pattern.test(name));

/** Prometheus prints float64: sums and products differ in the last digits. */
const near = (ours: unknown, theirs: number, what: string): void => {
  expect(Number(ours), what).toBeCloseTo(theirs, Math.abs(theirs) > 1e9 ? 2 : 6);
};

const DISK: Record<string, string> = {
  disk_reads_completed_total: 'reads',
  disk_reads_merged_total: 'readsMerged',
  disk_read_bytes_total: 'read',
  disk_read_time_seconds_total: 'readTime',
  disk_writes_completed_total: 'writes',
  disk_writes_merged_total: 'writesMerged',
  disk_written_bytes_total: 'written',
  disk_write_time_seconds_total: 'writeTime',
  disk_io_now: 'inFlight',
  disk_io_time_seconds_total: 'busy',
  disk_io_time_weighted_seconds_total: 'queued',
  disk_discards_completed_total: 'discards',
  disk_discards_merged_total: 'discardsMerged',
  disk_discarded_sectors_total: 'discarded',
  disk_discard_time_seconds_total: 'discardTime',
  disk_flush_requests_total: 'flushes',
  disk_flush_requests_time_seconds_total: 'flushTime',
};

const TOTALS: Record<string, string> = {
  boot_time_seconds: 'booted',
  context_switches_total: 'switches',
  forks_total: 'forks',
  intr_total: 'interrupts',
  procs_running: 'running',
  procs_blocked: 'blocked',
};

const LOAD: Record<string, string> = { load1: 'one', load5: 'five', load15: 'fifteen' };

describe.skipIf(folder === undefined)("node_exporter's tree of /proc decodes to what it expects:", () => {
  const tree = [join(folder ?? '', 'proc')];
  const only = async (source: string): Promise<Row> => (await decode(source, tree)).rows[0] ?? {};

  it('CPU time, by CPU and state', async () => {
    const { rows } = await decode('proc.stat', tree);
    const seconds = of(/^cpu(_guest)?_seconds_total$/);
    expect(seconds.length).toBeGreaterThan(50);
    for (const { name, labels, value } of seconds) {
      const row = rows.find(({ cpu }) => cpu === labels['cpu']);
      const mode = name.includes('guest') ? { user: 'guest', nice: 'guestNice' }[labels['mode'] ?? ''] : labels['mode'];
      near(row?.[mode ?? ''], value, `${name} ${JSON.stringify(labels)}`);
    }
    for (const [metric, column] of Object.entries(TOTALS))
      near(rows[0]?.[column], of(new RegExp(`^${metric}$`))[0]?.value ?? NaN, metric);
  });

  it('disks', async () => {
    const { rows, warnings } = await decode('proc.diskstats', tree);
    expect(warnings).toEqual([]);
    const values = metrics.filter(({ name }) => name in DISK);
    expect(new Set(values.map(({ name }) => name)).size).toBe(Object.keys(DISK).length);
    for (const { name, labels, value } of values) {
      const row = rows.find(({ device }) => device === labels['device']);
      const ours = row?.[DISK[name] ?? ''];
      near(name === 'disk_discarded_sectors_total' ? Number(ours) / 512 : ours, value, `${name} ${labels['device']}`);
    }
  });

  it('memory', async () => {
    const row = await only('proc.meminfo');
    const values = of(/^memory_(?!numa)/);
    expect(values.length).toBeGreaterThan(35);
    for (const { name, value } of values) near(row[name.replace(/^memory_|_bytes$/g, '')], value, name);
  });

  it('load averages', async () => {
    const row = await only('proc.loadavg');
    for (const [metric, column] of Object.entries(LOAD))
      near(row[column], of(new RegExp(`^${metric}$`))[0]?.value ?? NaN, metric);
  });

  it('network counters', async () => {
    const row = { ...(await only('proc.net.snmp')), ...(await only('proc.net.netstat')) };
    const values = of(/^netstat_(Ip|Icmp|Tcp|Udp|UdpLite|TcpExt|IpExt)_/);
    expect(values.length).toBeGreaterThan(25);
    for (const { name, value } of values) near(row[name.replace(/^netstat_|_/g, '')], value, name);
  });

  it('paging', async () => {
    const row = await only('proc.vmstat');
    const values = of(/^vmstat_/);
    expect(values.length).toBeGreaterThan(5);
    for (const { name, value } of values) {
      const column = name.replace(/^vmstat_/, '');
      near(Number(row[column]) / (column === 'pgpgin' || column === 'pgpgout' ? 1024 : 1), value, name);
    }
  });

  it('pressure', async () => {
    const values = of(/^pressure_(cpu|memory|io)_/);
    expect(values).toHaveLength(5);
    for (const { name, value } of values) {
      const [, resource = '', what] = name.split('_');
      const { rows } = await decode(`proc.pressure.${resource}`, tree);
      near(rows.find(({ kind }) => kind === (what === 'waiting' ? 'some' : 'full'))?.['total'], value, name);
    }
  });

  it('soft interrupts', async () => {
    const { rows } = await decode('proc.stat.softirqs', tree);
    const values = of(/^softirqs_total$/);
    expect(values).toHaveLength(10);
    for (const { labels, value } of values) {
      const vector = { block_iopoll: 'IRQ_POLL' }[labels['vector'] ?? ''] ?? labels['vector']?.toUpperCase();
      near(rows.find((row) => row['vector'] === vector)?.['count'], value, JSON.stringify(labels));
    }
  });

  it('processes, one of them with a truncated file', async () => {
    const { rows, warnings } = await decode('proc.pid.stat', tree);
    expect(rows.length + warnings.length).toBeGreaterThan(1);
    for (const row of rows) expect(row['name']).not.toBe('');
  });
});
