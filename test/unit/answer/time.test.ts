import { expect, test } from 'vitest';
import { given, requests, SPAN, T, type Docs } from './given.ts';

interface Turn {
  t: number;
  busy: number;
  tid: number;
}

const TURN: Docs = { t: T, busy: { ...SPAN, doc: 'How long the loop was busy.' }, tid: { unit: 'id', doc: '' } };
const turns = (rows: readonly Partial<Turn>[], how = {}) => given<Turn>(TURN, rows, { as: 'turn', ...how });

interface Gpu {
  t: number;
  gpu: number;
  sm: number;
}

const gpu = given<Gpu>(
  { t: T, gpu: { unit: 'id', doc: '', key: true }, sm: { unit: '1', doc: '' } },
  [0, 1, 2, 3, 4, 5, 6].flatMap((t) => [
    { t, gpu: 0, sm: t === 2 || t === 3 || t === 5 ? 0.05 : 0.9 },
    { t, gpu: 1, sm: 0.9 },
  ]),
);

test('windows() gives the times in which a condition holds; a sample holds until the next one', () => {
  expect(gpu.windows((d) => d.sm < 0.1).rows()).toEqual([
    { from: 2, to: 4, seconds: 2 },
    { from: 5, to: 6, seconds: 1 },
  ]);
  expect(gpu.windows((d) => d.sm < 0.1, { min: '1500ms' }).rows()).toEqual([{ from: 2, to: 4, seconds: 2 }]);
  expect(gpu.windows((d) => d.sm < 0.1, { merge: 1 }).rows()).toEqual([{ from: 2, to: 6, seconds: 4 }]);
});

test('during() and outside() split the rows without overlap', () => {
  const long = turns([
    { t: 0.9, busy: 0.4 },
    { t: 3.9, busy: 0.05 },
  ]).windows((d) => d.busy > 0.03);
  expect(
    requests()
      .during(long)
      .rows()
      .map((d) => d.t),
  ).toEqual([1]);
  expect(
    requests()
      .outside(long)
      .rows()
      .map((d) => d.t),
  ).toEqual([0, 2, 3, 4]);
  expect(
    requests()
      .during(long, '60ms')
      .rows()
      .map((d) => d.t),
  ).toEqual([1, 4]);
});

test('windows of one host do not select rows of another host', () => {
  const docs: Docs = { host: { unit: '', doc: '', key: true }, t: T, x: { unit: 'count', doc: '' } };
  const rows = ['a', 'b'].flatMap((host) => [0, 1, 2].map((t) => ({ host, t, x: host === 'a' && t === 1 ? 1 : 0 })));
  const both = given<{ host: string; t: number; x: number }>(docs, rows);
  const windows = both.windows((d) => d.x === 1);
  expect(windows.rows()).toEqual([{ host: 'a', from: 1, to: 2, seconds: 1 }]);
  expect(both.during(windows).rows()).toEqual([{ host: 'a', t: 1, x: 1 }]);
});

test('joinTime adds the matching row under its name; without a match it is absent', () => {
  const turn = turns([
    { t: 0.95, busy: 0.1, tid: 1 },
    { t: 2.9, busy: 0.5, tid: 9 },
  ]);
  const joined = requests().joinTime({ turn }, { by: ['tid'] });
  expect(joined.rows().map((d) => d.turn?.busy)).toEqual([undefined, 0.1, undefined, undefined, undefined]);
  expect(joined.filter((d) => d.turn !== undefined).rows()).toEqual([
    { t: 1, latency: 0.2, peer: 'b', tid: 1, turn: { t: 0.95, busy: 0.1, tid: 1 } },
  ]);
  const derived = joined.derive({ busy: (d) => d.turn?.busy });
  expect(derived.sum('busy')).toBe(0.1);
  expect(derived.groupby('peer').rollup({ busy: (g) => g.sum('busy') }).size).toBe(3);
});

test('a joined column is named by its path: summed, drawn, sorted and selected', () => {
  const turn = turns([
    { t: 0.95, busy: 0.1, tid: 1 },
    { t: 3.9, busy: 0.5, tid: 1 },
  ]);
  const joined = requests().joinTime({ turn }, { by: ['tid'] });
  expect([joined.sum('turn.busy'), joined.mean('turn.busy'), joined.max('turn.busy')]).toEqual([0.6, 0.3, 0.5]);
  expect(joined.quantile(1, 'turn.busy')).toEqual({ low: 0.5, high: 0.5, n: 2 });
  expect(joined.orderby('turn.busy', 'down').rows()[0]?.t).toBe(4);
  expect(joined.line('turn.busy', { by: 'peer' })).toBeDefined();
  const few = joined.select('t', 'turn');
  expect(Object.keys(few.columns)).toEqual(['t', 'turn.t', 'turn.busy', 'turn.tid']);
  expect(few.rows()[1]).toEqual({ t: 1, turn: { t: 0.95, busy: 0.1, tid: 1 } });
});

test('joins nest: columns joined to the other answer are under its name', () => {
  const pause = turns([{ t: 1, busy: 0.05, tid: 7 }], { as: 'pause' });
  const turn = turns([{ t: 0.9, busy: 0.4, tid: 1 }]).joinTime({ pause });
  const [row] = requests()
    .joinTime({ turn })
    .filter((d) => d.turn !== undefined)
    .rows();
  expect(row?.turn?.pause?.tid).toBe(7);
});

test('within limits the distance in time of the matching row', () => {
  const turn = turns([{ t: 0.4, busy: 0.02, tid: 1 }]);
  expect(requests().joinTime({ turn }).rows()[0]?.turn).toBeUndefined();
  expect(requests().joinTime({ turn }, { within: '500ms' }).rows()[0]?.turn?.busy).toBe(0.02);
});

const LATER = { from: new Date('2026-11-23T09:00:30Z'), to: new Date('2026-11-23T09:01:30Z'), recording: '/cases/2' };

test('times of another recording are converted to the same origin, with the error of both clocks', () => {
  const turn = turns([{ t: -29.05, busy: 0.2, tid: 1 }], LATER);
  const joined = requests().joinTime({ turn });
  expect(joined.rows()[1]?.turn?.busy).toBe(0.2);
  expect(joined.how.clockError).toBeCloseTo(0.0012, 6);
});

test('joins of unrelated clocks are refused, and so is a limit below the clock error', () => {
  const unknown = turns([], { ...LATER, clockError: Infinity });
  expect(() => requests().joinTime({ unknown })).toThrow(
    /joinTime unknown: expected captures with a known clock error/,
  );
  const rough = turns([], { ...LATER, clockError: 0.05 });
  expect(() => requests().joinTime({ rough }, { within: '5ms' })).toThrow(/above the clock error of 51 ms, got 5 ms/);
});

test('captures of different times are refused', () => {
  const old = turns([{ t: 1, busy: 0.1, tid: 1 }], {
    from: new Date('2026-11-16T09:00:00Z'),
    to: new Date('2026-11-16T09:01:00Z'),
  });
  expect(() => requests().joinTime({ old })).toThrow(/joinTime old: expected captures that overlap in time/);
  expect(() => requests().during(old.windows(() => true))).toThrow(/during: expected captures that overlap in time/);
});

test('rows without time are refused with what to do', () => {
  const counted = requests().groupby('peer').count();
  expect(() => counted.joinTime({ req: requests() })).toThrow(/rows have a time/);
  expect(() => counted.windows(() => true)).toThrow(/before groupby/);
});

test('a join that would hide a column is refused', () => {
  expect(() => requests().joinTime({ peer: requests() })).toThrow(
    /joinTime peer: expected a name that is not a column/,
  );
});

test('windows() accepts rates of counters', () => {
  const docs: Docs = { t: T, device: { unit: '', doc: '', key: true }, bytes: { unit: 'B', doc: '', counter: true } };
  const disk = given<{ t: number; device: string; bytes: number }>(
    docs,
    [0, 0, 900, 1800, 1800].map((bytes, t) => ({ t, device: 'sda', bytes })),
  );
  expect(
    disk
      .rate()
      .windows((d) => d.bytes > 500)
      .rows(),
  ).toEqual([{ from: 1, to: 3, seconds: 2 }]);
});
