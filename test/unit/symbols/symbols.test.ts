import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/lib/paths.ts';
import { bytesOf } from '../../../src/lib/bytes/bytes.ts';
import { collectSymbols } from '../../../src/lib/stacks/symbols/collect.ts';
import { demangle } from '../../../src/lib/stacks/symbols/demangle.ts';
import { elfSymbols } from '../../../src/lib/stacks/symbols/elf-symbols.ts';
import { readElf } from '../../../src/lib/stacks/symbols/elf.ts';
import { folderSymbols } from '../../../src/lib/stacks/symbols/folder.ts';
import { readKallsyms } from '../../../src/lib/stacks/symbols/kallsyms.ts';
import { readPerfMap } from '../../../src/lib/stacks/symbols/perf-map.ts';
import { slimElf } from '../../../src/lib/stacks/symbols/slim-elf.ts';
import { stableOrder } from '../../../src/lib/stacks/symbols/stable-order.ts';
import { findSymbols, type Symbols } from '../../../src/lib/stacks/symbols/table.ts';

const FUNC = 2;
const LOCAL = 0x00 | FUNC;
const GLOBAL = 0x10 | FUNC;
const WEAK = 0x20 | FUNC;

/** The name of the symbol that contains an address; undefined if there is none. */
const nameAt = (symbols: Symbols, address: number): string | undefined => {
  const [symbol = -1] = findSymbols(symbols, Float64Array.of(address));
  return symbol < 0 ? undefined : symbols.name(symbol);
};

const table = (rows: readonly (readonly [start: number, length: number, info: number, name: string])[]): Symbols => ({
  size: rows.length,
  start: Float64Array.from(rows, ([start]) => start),
  length: Float64Array.from(rows, ([, length]) => length),
  info: Uint8Array.from(rows, ([, , info]) => info),
  extra: rows.length,
  exact: false,
  name: (symbol) => rows[symbol]![3],
});

describe('which symbol names an address', () => {
  it.each([
    [
      'a symbol with a size is preferred',
      [
        [8, 4, LOCAL, 'sized'],
        [8, 0, GLOBAL, 'bare'],
        [16, 4, GLOBAL, 'next'],
      ],
      'sized',
    ],
    [
      'strong is preferred over weak',
      [
        [8, 4, WEAK, 'weak'],
        [8, 4, LOCAL, 'strong'],
      ],
      'strong',
    ],
    [
      'global is preferred over local',
      [
        [8, 4, LOCAL, 'local'],
        [8, 4, GLOBAL, 'global'],
      ],
      'global',
    ],
    [
      'fewer leading underscores are preferred',
      [
        [8, 4, GLOBAL, '__read'],
        [8, 4, GLOBAL, 'read'],
      ],
      'read',
    ],
    [
      'then the longer name',
      [
        [8, 4, GLOBAL, 'stat'],
        [8, 4, GLOBAL, 'stat64'],
      ],
      'stat64',
    ],
    [
      'then the first',
      [
        [8, 4, GLOBAL, 'one'],
        [8, 4, GLOBAL, 'two'],
      ],
      'one',
    ],
    [
      'the inner of two nested symbols',
      [
        [0, 32, GLOBAL, 'outer'],
        [8, 4, GLOBAL, 'inner'],
      ],
      'inner',
    ],
    [
      'a label inside a function does not count',
      [
        [0, 32, GLOBAL, 'function'],
        [8, 0, LOCAL, 'label'],
      ],
      'function',
    ],
  ] as const)('%s', (_, rows, name) => {
    expect(nameAt(table(rows), 9)).toBe(name);
  });

  it('leaves gaps between symbols with a size unknown, and fills gaps after symbols without a size', () => {
    const symbols = table([
      [8, 4, GLOBAL, 'sized'],
      [32, 0, GLOBAL, 'open'],
      [48, 4, GLOBAL, 'last'],
    ]);
    const found = findSymbols(symbols, Float64Array.of(0, 8, 11, 12, 31, 32, 47, 48, 52));
    expect([...found]).toEqual([-1, 0, 0, -1, -1, 1, 1, 2, -1]);
  });
});

it('sorts keys stably', () => {
  expect([...stableOrder(Float64Array.of(3, 5, 1, 3, 2, 2))]).toEqual([2, 4, 5, 0, 3, 1]);
  expect([...stableOrder(new Float64Array(0))]).toEqual([]);
});

describe('kernel symbols', () => {
  const text = [
    'ffffffff81000000 T _text',
    'ffffffff81000100 t first.isra.0',
    'ffffffff81000200 T __alias',
    'ffffffff81000200 T alias_of_it',
    'ffffffff81000300 r data_that_perf_leaves_out',
    'ffffffffc0001000 t probe\t[virtio_net]',
    'ffffffffc0001080 t remove\t[virtio_net]',
    '',
  ].join('\n');
  const at = (low: number): number => low - 2 ** 32;

  it('are kept by module; of aliases, the last is used', () => {
    const kallsyms = readKallsyms(new TextEncoder().encode(text));
    const { kernel, modules, hidden } = kallsyms;
    expect(hidden).toBe(false);
    expect(nameAt(kernel, at(0x8100_0150))).toBe('first.isra.0');
    expect(nameAt(kernel, at(0x8100_0234))).toBe('alias_of_it');
    expect(nameAt(modules.get('[virtio_net]')!, at(0xc000_1010))).toBe('probe');
    expect(kallsyms.addressOf('_text')).toBe(at(0x8100_0000));
    expect(kallsyms.addressOf('_tex')).toBeUndefined();
  });

  it('are not used if the kernel hid all addresses', () => {
    const { kernel, hidden } = readKallsyms(
      new TextEncoder().encode('0000000000000000 T _text\n0000000000000000 T a\n'),
    );
    expect(hidden).toBe(true);
    expect(nameAt(kernel, 0)).toBeUndefined();
  });
});

it('perf maps of JIT compilers are read, and other lines in them skipped', () => {
  const text = '7f10 20 LazyCompile:~hot a.js:1\nnonsense\n0x7f40 10 with blanks\n7f60 0 \n';
  const map = readPerfMap(new TextEncoder().encode(text));
  expect(nameAt(map, 0x7f18)).toBe('LazyCompile:~hot a.js:1');
  expect(nameAt(map, 0x7f30)).toBeUndefined();
  expect(nameAt(map, 0x7f4f)).toBe('with blanks');
  expect(map.size).toBe(2);
});

it.each([
  ['main', 'main'],
  ['_ZN2v88internal7Factory11NewJSObjectEv', 'v8::internal::Factory::NewJSObject'],
  ['_ZNK6icu_7813UnicodeString6lengthEv', 'icu_78::UnicodeString::length'],
  ['_ZN3fooclEi', 'foo::operator()'],
  ['_ZN1AIiLm3EE1fEPKc.constprop.0', 'A<int, 3ul>::f'],
  ['_ZTV1A', 'vtable for A'],
  ['_ZThn16_N1A1fEi', 'non-virtual thunk to A::f(int)'],
  ['_ZNSi3getEv', 'std::istream::get'],
  ['_ZN4call1fIXadL_ZNS_1gEiEEEEvv', 'call::f<&call::g>'],
  ['_ZN4core3fmt9Formatter3pad17h0123456789abcdefE', 'core::fmt::Formatter::pad'],
  ['_RNvCs1234_7mycrate3foo', 'mycrate::foo'],
  ['_RNvCs1234_7mycrate3foo.llvm.12345', 'mycrate::foo'],
  ['_Znonsense', '_Znonsense'],
])('shows %s as %s', (mangled, shown) => {
  expect(demangle(mangled)).toBe(shown);
});

const symbols = join(packageRoot, 'fixtures', 'perf-data', 'symbols');
const id = '88b33838459d97a52d6f92ed3044b900e57b8870';
const work = join(symbols, '.build-id', id.slice(0, 2), id.slice(2), 'elf');

describe('ELF files', () => {
  const elf = readElf(bytesOf(readFileSync(work)))!;

  it('have a build-id, functions by offset in the file, and stubs of other libraries', () => {
    expect(elf.buildId).toBe(id);
    const all = elfSymbols(elf);
    const names = Array.from({ length: all.size }, (_, i) => all.name(i));
    expect(names).toContain('hot');
    expect(names).toContain('printf@plt');
    const hot = names.indexOf('hot');
    expect(nameAt(all, all.start[hot]! + 8)).toBe('hot');
  });

  it('reduced to their symbols twice, are the same as reduced once', () => {
    const slim = slimElf(elf);
    expect(elfSymbols(readElf(bytesOf(slim))!).size).toBe(elfSymbols(elf).size);
    expect(slimElf(readElf(bytesOf(slim))!).length).toBe(slim.length);
  });

  it('that are truncated, and other files, are refused', () => {
    const whole = readFileSync(work);
    expect(readElf(bytesOf(new TextEncoder().encode('#!/bin/sh\n')))).toBeUndefined();
    for (let length = 0; length < whole.length; length += 97) {
      const cut = readElf(bytesOf(whole.subarray(0, length)));
      if (cut !== undefined) expect(elfSymbols(cut).size).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('a folder of symbols', () => {
  it('is not escaped from by a hostile name or build-id', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fbf-symbols-'));
    try {
      const elf = () => ({ runtime: readElf(bytesOf(readFileSync(work)))! });
      const text = new TextEncoder().encode('ffffffff81000000 T _text\n');
      const kernel = () => ({
        text: () => text,
        symbols: () => readKallsyms(text),
        sameBoot: true,
        modules: text,
        moduleBuildId: () => '',
      });
      const source = { elf, kernel, perfMap: () => new Uint8Array(1) };
      const binaries = [
        { name: '/../../../etc/passwd', buildId: '' },
        { name: '/bin/x', buildId: '../../../../etc' },
      ];
      collectSymbols(source, { binaries, pids: [7, -1], kernelBuildId: '../../x' }, join(folder, 'in'));
      expect(readdirSync(folder)).toEqual(['in']);
      const read = folderSymbols(join(folder, 'in'));
      expect(read.elf({ name: '/x', buildId: '../../../../../../bin/sh' })).toBeUndefined();
      expect(read.perfMap(Number('-1'))).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('finds a binary by name if the capture has no build-id', () => {
    expect(existsSync(work)).toBe(true);
    expect(folderSymbols(symbols).elf({ name: '/tmp/fbf-g/fx/work', buildId: '' })?.runtime.buildId).toBe(id);
    expect(folderSymbols(symbols).elf({ name: '/tmp/other', buildId: '' })).toBeUndefined();
  });
});
