import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Host, OwnOptions } from '../../src/lib/api.ts';
import { FridayError } from '../../src/lib/errors.ts';
import { connect } from '../../src/lib/index.ts';
import { PROGRAMS } from './programs.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why = whyNoSshd() ?? (PROGRAMS.some(({ name }) => name === 'bpftrace') ? undefined : 'needs bpftrace');
const folder = mkdtempSync(join(tmpdir(), 'fbf-own-bpftrace-'));
let sshd: Sshd;
let host: Host;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({
    logins: [
      { name: 'plain' },
      { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' },
      { name: 'limited', sudo: 'ALL=(ALL) NOPASSWD: SETENV: /usr/bin/bpftrace' },
    ],
  });
  process.env['FBF_RECORDINGS'] = join(folder, 'recordings');
  process.env['FBF_SSH_CONFIG'] = sshd.config;
  host = await connect(sshd.url());
});
afterAll(async () => {
  if (why === undefined) {
    await host.close();
    sshd.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

type Tables = Readonly<Record<string, Answer>>;
const table = (tables: Tables, name: string): Answer<Record<string, number | string>> => {
  const found = tables[name];
  if (found === undefined) throw new Error(`no table ${name}: ${Object.keys(tables).join(', ')}`);
  return found as Answer<Record<string, number | string>>;
};
const refused = async (text: string, on = host, options?: OwnOptions): Promise<FridayError> => {
  const error: unknown = await on.bpftrace(text, options).then(
    (tables) => tables,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(FridayError);
  return error as FridayError;
};

/** Every second three values of a histogram, a line with JSON, and a map that is printed and cleared. */
const TEXT = `
// "quotes", \`id\`, $(id) and 'apostrophes' of a comment reach no shell
interval:s:1
{
  @lat["it's, a \\"key\\"", 7] = hist(5); @lat["it's, a \\"key\\"", 7] = hist(5); @lat["it's, a \\"key\\"", 7] = hist(900);
  @n = count(); print(@n); clear(@n);
  printf("{\\"second\\": %d, \\"name\\": \\"%s\\"}\\n", 1, "x");
}
tracepoint:raw_syscalls:sys_enter { @[comm] = count(); @stacks[kstack, ustack, pid] = count(); @depth = stats(3); }
`;

describe.skipIf(why)(`programs of bpftrace of one's own over ssh (${why ?? 'runs'})`, () => {
  it('give a typed table for each map and for the lines, and the same ones from the recording', async () => {
    const tables: Tables = await host.bpftrace(TEXT, { seconds: 3 });
    expect(Object.keys(tables)).toEqual(['lat', 'n', 'map', 'stacks', 'depth', 'lines']);
    const lat = table(tables, 'lat');
    expect(lat.how.grain).toBe('histogram');
    const [first] = lat.rows();
    expect(first).toMatchObject({ key1: `it's, a "key"`, key2: 7, low: 4, high: 7 });
    expect(first?.['count']).toBeGreaterThanOrEqual(4);
    expect(lat.quantile(0.5, 'low' as never)).toMatchObject({ low: 4, high: 7 });
    const lines = table(tables, 'lines');
    expect(lines.rows().every(({ second, name }) => second === 1 && name === 'x')).toBe(true);
    expect(lines.size).toBeGreaterThanOrEqual(2);
    const times = table(tables, 'n').rows().map(({ t }) => Number(t)); // prettier-ignore
    expect(times.length).toBeGreaterThanOrEqual(3);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(table(tables, 'map').rows().some(({ key, value }) => typeof key === 'string' && Number(value) > 0)).toBe(true); // prettier-ignore
    expect(
      table(tables, 'stacks')
        .rows()
        .some(({ stack }) => String(stack).includes('do_syscall_64_[k]')),
    ).toBe(true);
    expect(table(tables, 'depth').rows()[0]).toMatchObject({ average: 3 });
    for (const { how } of Object.values(tables)) {
      expect(how).toMatchObject({ tool: 'bpftrace', lost: 0, coverage: 1 });
      expect(how.program).toContain(TEXT.trim());
    }
    const again = await connect(`recording:${lat.how.recording}`);
    const opened: Tables = await again.bpftrace(TEXT);
    for (const name of Object.keys(tables)) expect(table(opened, name).rows()).toEqual(table(tables, name).rows());
    expect((await refused('BEGIN { exit(); }', again)).kind).toBe('missing');
    expect((await host.audit()).size).toBe(0);
  });

  it('may end by themselves, which ends the window', async () => {
    const tables: Tables = await host.bpftrace('BEGIN { @n = 5; printf("bye"); exit(); }', { seconds: 1000 });
    expect(table(tables, 'n').rows()).toEqual([{ value: 5 }]);
    expect(table(tables, 'lines').rows()).toEqual([expect.objectContaining({ line: 'bye' })]);
    expect(table(tables, 'n').how).toMatchObject({ coverage: 1, cannotSee: [] });
    expect(table(tables, 'n').how.cut).toBeUndefined();
  });

  it('that are stopped early give their maps', async () => {
    const pending = host.bpftrace('interval:ms:200 { @n = count(); printf("x\\n"); }', { seconds: 1000 });
    while ((pending.sofar?.['lines']?.size ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 100));
    const tables: Tables = await pending.stop();
    expect(Number(table(tables, 'n').rows()[0]?.['value'])).toBeGreaterThanOrEqual(2);
    expect((await host.audit()).size).toBe(0);
  });

  it('that bpftrace refuses are an error in its own words, and leave no recording', async () => {
    const wrong = await refused('BEGIN { @ = }');
    expect([wrong.kind, wrong.what]).toEqual(['usage', expect.stringMatching(/it does not run this program: .*syntax error/)]); // prettier-ignore
    expect(wrong.seen).toContain('BEGIN { @ = }');
    const absent = await refused('tracepoint:sched:no_such_event { @ = count(); }');
    expect(absent.what).toContain('no_such_event');
    expect((await refused('BEGIN { system("id"); }')).what).toMatch(/unsafe/);
    expect(() => host.bpftrace(' ')).toThrow(/expected the text of a program/);
    expect(() => host.bpftrace('BEGIN { exit(); }', { hz: 3 } as never)).toThrow(/unknown option hz/);
  });

  it('run through sudo where it is allowed, for bpftrace alone too, and else say what would help', async () => {
    const text = 'BEGIN { @uid = uid; } interval:s:1 { @n = count(); }';
    for (const login of ['sudoer', 'limited']) {
      const other = await connect(sshd.url(login), { allow: ['sudo'] });
      const tables: Tables = await other.bpftrace(text, { seconds: 2 });
      expect(table(tables, 'uid').rows()).toEqual([{ value: 0 }]);
      expect(Number(table(tables, 'n').rows()[0]?.['value'])).toBeGreaterThanOrEqual(1);
      const again = await connect(`recording:${table(tables, 'n').how.recording}`);
      expect(table(await again.bpftrace(text), 'n').rows()).toEqual(table(tables, 'n').rows());
      await other.close();
    }
    const plain = await connect(sshd.url('plain'));
    const denied = await refused(text, plain);
    expect([denied.kind, denied.what]).toEqual(['not-allowed', 'bpftrace: bpftrace runs as root only']);
    expect(denied.next).toContain("allow: ['sudo']");
    await plain.close();
  });
});
