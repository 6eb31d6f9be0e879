import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Host } from '../../../src/lib/api.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { connect } from '../../../src/lib/session/connect.ts';
import { openProfile } from '../../../src/lib/session/open-profile.ts';
import { complaints, serviceFor } from '../answer/cells.ts';

const IDLE = `recording:${join(packageRoot, 'fixtures', 'idle')}`;

let host: Host;
beforeAll(async () => {
  host = await connect(IDLE);
});
afterAll(() => host.close());

type Options = Readonly<Record<string, unknown>>;
const ask = (options: Options): unknown => host.ask('iostat' as never, options);
const plan = (options: Options): unknown => host.plan('iostat' as never, options);
const check = (options: Options): unknown => host.check(options);

/** The message of a call with wrong options, thrown at once or when awaited. */
const said = async (call: () => unknown): Promise<string> => {
  try {
    await call();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing is wrong';
};

const WRONG: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['ask', () => ask({ second: 10 }), /^ask: unknown option second; did you mean seconds\?/],
  ['ask for several', () => host.ask({ a: 'iostat' } as never, { sec: 1 } as never), /^ask: unknown option sec/],
  ['ask with text instead of a number', () => ask({ seconds: '10' }), /^seconds: expected .*, got '10'/],
  ['ask with NaN seconds', () => ask({ seconds: NaN }), /^seconds: expected .*, got NaN/],
  ['ask with a rate as a text', () => ask({ hz: '10' }), /^hz: expected .*, got "10"/],
  ['ask with too high a rate', () => ask({ hz: 51 }), /^hz: expected .* up to 50, got 51/],
  ['ask with a share as a text', () => ask({ maxCpu: '2' }), /^maxCpu: expected .*, got '2'/],
  ['ask with a size without a unit', () => ask({ maxBytes: 500 }), /^maxBytes: expected .*'500MB', got 500/],
  [
    'ask with an unknown value of allow',
    () => ask({ allow: ['root'] }),
    /^allow: expected \['sudo'\] or \['debugger'\], got \["root"\]/,
  ],
  ['ask with a number for its options', () => ask(10 as never), /^ask: expected options in braces, got 10/],
  ['plan', () => plan({ second: 10 }), /^plan: unknown option second; did you mean seconds\?/],
  ['check', () => check({ fro: ['iostat'] }), /^check: unknown option fro; did you mean for\?/],
  ['connect', () => connect(IDLE, { maxCPU: 0.1 } as never), /^connect: unknown option maxCPU; did you mean maxCpu\?/],
  ['openProfile', () => openProfile('x', { symbol: 'y' } as never), /^openProfile: unknown option symbol; did you mean symbols\?/], // prettier-ignore
];

test.each(WRONG)('%s names the wrong option and the values that it accepts', async (_call, call, expected) => {
  const message = await said(call);
  expect(message).toMatch(expected);
  expect(message).toContain('\n');
});

test('correct options are accepted', async () => {
  expect(await said(() => ask({ seconds: '10s', hz: 1, as: 'disk', maxCpu: '2%', maxBytes: '500MB', allow: ['sudo'] }))).toBe('nothing is wrong'); // prettier-ignore
  expect(await said(() => check({ for: ['iostat'] }))).toBe('nothing is wrong');
});

test('a wrong option does not compile, and the compiler names it and not the question', () => {
  const head = "import { connect } from 'fast-by-friday';\nconst host = await connect('local:');\n";
  const calls = [
    "host.ask('iostat', { second: 10 })",
    "host.ask('iostat', { seconds: '10' })",
    "host.ask({ disk: 'iostat' }, { second: 10 })",
    "host.plan('iostat', { second: 10 })",
    "host.check({ fro: ['iostat'] })",
    "connect('local:', { maxCPU: 1 })",
  ];
  const cells = Object.fromEntries(calls.map((call, i) => [`call${String(i)}`, `${head}await ${call};\nexport {};\n`]));
  const service = serviceFor(cells);
  const found = calls.map((_call, i) => complaints(service, `call${String(i)}`).join('\n'));
  expect(found).toEqual([
    expect.stringMatching(
      /'second' does not exist in type '\w+'\. Did you mean to write 'seconds'|did you mean 'seconds'/i,
    ),
    expect.stringMatching(/Type '"10"' is not assignable to type 'Duration/),
    expect.stringMatching(/'second' does not exist/),
    expect.stringMatching(/'second' does not exist/),
    expect.stringMatching(/'fro' does not exist/),
    expect.stringMatching(/'maxCPU' does not exist/),
  ]);
  expect(found.join('\n')).not.toMatch(/'"iostat"'|overload/);
});
