import type { View } from '../../../src/lib/api.ts';
import type { ColumnDoc } from '../../../src/lib/columns/column.ts';
import { given, SPAN, T, type Docs } from '../answer/given.ts';

const wave = (t: number, c: number): number => 0.5 + 0.4 * Math.sin(t / 5 + c);

const KEY: ColumnDoc = { unit: '', doc: 'Which.', key: true };

interface Cpu {
  t: number;
  cpu: string;
  busy: number;
}

/** `count` CPUs sampled at `times`; the second CPU is missing from second 20 to 30. */
export const cpus = (count: number, times = 60) => {
  const docs: Docs = { t: T, cpu: KEY, busy: { unit: '1', doc: 'Share of the time.' } };
  const rows = Array.from({ length: times * count }, (_, i) => {
    const [t, c] = [Math.floor(i / count), i % count];
    return c === 1 && t > 20 && t < 30 ? { t, cpu: `cpu${c}` } : { t, cpu: `cpu${c}`, busy: wave(t, c) };
  });
  return given<Cpu>(docs, rows);
};

export const disks = given<{ t: number; device: string; host: string; write: number }>(
  { t: T, device: KEY, host: KEY, write: { unit: 'B/s', doc: 'Bytes written.' } },
  Array.from({ length: 400 }, (_, i) => ({
    t: i >> 3,
    device: `sd${'abcd'[i & 3]!}`,
    host: i & 4 ? 'a' : 'b',
    write: 5e7 * wave(i, i & 7),
  })),
);

/** Requests in two bands, 2 ms and 40 ms; every hundredth took no time. */
export const requests = given<{ t: number; latency: number; comm: string }>(
  { t: T, latency: SPAN, comm: { unit: '', doc: '' } },
  Array.from({ length: 30_000 }, (_, i) => ({
    t: (i % 600) / 10,
    latency: i % 100 === 0 ? 0 : i % 20 === 1 ? 0.04 + (i % 7) / 1e4 : 0.002 + ((i * 7919) % 1000) / 1e6,
    comm: ['nginx', 'node'][i & 1]!,
  })),
);

export const HOSTILE = '<img src=x onerror=alert(1)> [a](http://evil) \u202e\u001b[2J | "quote" \u0000';

const hostile = given<{ t: number; name: string; x: number }>(
  { t: T, name: KEY, x: { unit: 'count', doc: '' } },
  [0, 1, 2, 3].flatMap((t) => [
    { t, name: HOSTILE, x: t },
    { t, name: `${HOSTILE}${'long '.repeat(800)}`, x: t + 1 },
  ]),
);

const none = requests.filter(() => false);

/** Every kind of figure, also with unusual inputs. */
export const FIGURES: Readonly<Record<string, () => View>> = {
  'one line': () => cpus(1).line('busy'),
  'a line for each CPU': () => cpus(4).line('busy', { by: 'cpu' }),
  'more lines than colours': () => cpus(90).line('busy', { by: 'cpu' }),
  'a panel for each device': () => disks.line('write', { each: 'device' }),
  'lines by host in panels by device': () => disks.line('write', { each: 'device', by: 'host' }),
  'one sample': () => cpus(2, 1).line('busy', { by: 'cpu' }),
  'a line of nothing': () => none.line('latency'),
  'bars by name': () => requests.bar('latency', { by: 'comm' }),
  'bars of rows': () => requests.groupby('comm').count().bar('count'),
  'more bars than fit': () => cpus(90).bar('busy', { by: 'cpu', top: 5 }),
  'bars of nothing': () => none.bar('latency', { by: 'comm' }),
  'a heat map by doubling': () => requests.heatmap('latency'),
  'a heat map by steps': () => requests.heatmap('latency', { max: '5ms' }),
  'a heat map of nothing': () => none.heatmap('latency'),
  'a heat map of one value': () => requests.slice(2).heatmap('latency'),
  'hostile names in lines': () => hostile.line('x', { by: 'name' }),
  'hostile names in panels': () => hostile.line('x', { each: 'name' }),
  'hostile names in bars': () => hostile.bar('x', { by: 'name' }),
};
