import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kallsymsAhead } from '../../../src/lib/stacks/symbols/kallsyms-ahead.ts';
import { readKallsyms, type Kallsyms } from '../../../src/lib/stacks/symbols/kallsyms.ts';
import { findSymbols } from '../../../src/lib/stacks/symbols/table.ts';

const TEXT =
  'ffffffff81000000 T _text\nffffffff81001000 T do_work\nffffffff81002000 t helper\nffffffffc0001000 t probe\t[virtio_net]\n';

const named = ({ kernel, modules }: Kallsyms): unknown => {
  const at = (address: number): number => address - 2 ** 32;
  const name = (symbols: Kallsyms['kernel'], address: number): string =>
    symbols.name(findSymbols(symbols, Float64Array.of(at(address)))[0] ?? -1);
  return [
    name(kernel, 0x8100_1004),
    name(kernel, 0x8100_2004),
    name(modules.get('[virtio_net]') ?? kernel, 0xc000_1004),
  ];
};

it('reads the same symbols in a thread as in the main thread', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-kallsyms-'));
  try {
    writeFileSync(join(folder, 'kallsyms'), TEXT);
    const ahead = await kallsymsAhead(join(folder, 'kallsyms'));
    expect(named(ahead!)).toEqual(['do_work', 'helper', 'probe']);
    expect(named(ahead!)).toEqual(named(readKallsyms(new TextEncoder().encode(TEXT))));
    expect(ahead?.addressOf('_text')).toBe(0x8100_0000 - 2 ** 32);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('returns undefined if the file is missing; it is then read on demand', async () => {
  expect(await kallsymsAhead('/nowhere/kallsyms')).toBeUndefined();
});
