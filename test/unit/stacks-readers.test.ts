import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { valueAt } from '../../src/lib/columns/column.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { ROOT } from '../../src/lib/stacks/profile.ts';
import type { Profile } from '../../src/lib/stacks/profile.ts';
import { readProfile } from '../../src/lib/sources/profile-reader.ts';
import { recognise } from '../../src/lib/sources/recognise.ts';
import { scriptText } from '../hostile-text.ts';
import { numbersFrom } from '../random.ts';
import { pieces } from '../pieces.ts';

const read = (text: string | Uint8Array, size = 50): Promise<Profile> => readProfile(pieces(Buffer.from(text), size));
const stackAt = ({ samples, stacks, frames }: Profile, row: number): string[] => {
  const names: string[] = [];
  for (let s = valueAt(samples.data['stack']!, row); typeof s === 'number' && s !== ROOT; s = stacks.parent[s])
    names.push(frames.names[frames.name[stacks.frame[s]!]!]!);
  return names;
};
const row = ({ samples }: Profile, i: number) =>
  Object.fromEntries(
    ['t', 'cpu', 'pid', 'tid', 'comm', 'event', 'period'].map((name) => [name, valueAt(samples.data[name]!, i)]),
  );

const perfScript: [string, string, Record<string, unknown>][] = [
  [
    'a comm with blanks, digits and brackets',
    'a 12 [x]  34/56 [003] 1.500000:   9 cycles:P: \n\t1 f (/x)\n',
    { comm: 'a 12 [x]', pid: 34, tid: 56, cpu: 3, event: 'cycles:P', period: 9 },
  ],
  [
    'a thread that has exited',
    ':-1    -1 1.5:   9 cycles: \n\t1 f (/x)\n',
    { comm: ':-1', pid: undefined, tid: -1, cpu: undefined, event: 'cycles' },
  ],
  [
    'no comm',
    ' 8849/8849    175.567417362:    1 branches:uH:   jcc   cb44dc f+0x2d (foo.so) =>  cb44db g (foo.so)\n',
    { comm: undefined, pid: 8849, event: 'branches:uH' },
  ],
  [
    'no time',
    'java 19983 [001] cycles: \n\t1 f (/x)\n',
    { comm: 'java', tid: 19983, cpu: 1, t: undefined, event: 'cycles', period: 1 },
  ],
  [
    'flags of latency',
    'sh 5 [002] d.h2. 7.25: 3 cycles: \n\t1 f (/x)\n',
    { comm: 'sh', tid: 5, cpu: 2, event: 'cycles' },
  ],
  [
    'a source line below the frame',
    'sh 5 7.25: 3 cycles: \n\t1 f+0x1 (/x)\n  file.c:12\n\t2 main (/x)\n',
    { comm: 'sh', event: 'cycles' },
  ],
  [
    'a tracepoint',
    'sh 5 [000] 7.25: sched:sched_switch: prev=1.5: x\n\t1 f (/x)\n',
    { event: 'sched:sched_switch', period: 1 },
  ],
];

describe('perf script text becomes columns', () => {
  it.each(perfScript)('with %s', async (_, text, expected) => {
    const profile = await read(text);
    expect(profile.samples.size).toBe(1);
    expect(row(profile, 0)).toMatchObject(expected);
    expect(stackAt(profile, 0)[0]).toBe('f');
  });

  it('with its binaries, header and kinds of frames', async () => {
    const head = '# hostname : web1\n# perf version : 6.1.2\n# cmdline : /usr/bin/perf record -a\n';
    const profile = await read(
      `${head}x 1 2.5: 1 e: \n\tffffffff81 k ([kernel.kallsyms])\n\t1 i (inlined)\n\t2 [unknown] (/opt/my app/x (deleted))\n\n`,
    );
    expect(profile.meta).toMatchObject({
      host: 'web1',
      tool: 'perf 6.1.2',
      command: '/usr/bin/perf record -a',
      start: 2.5,
    });
    expect(profile.frames.dsos).toEqual(expect.arrayContaining(['[kernel.kallsyms]', '/opt/my app/x (deleted)']));
    expect([...profile.frames.flags].sort()).toEqual([1, 4, 8]);
  });

  it('and says how many samples perf lost', async () => {
    const profile = await read('x 1 2.5: PERF_RECORD_LOST lost 12\n\nx 1 2.6: 1 e: \n\t1 f (/x)\n\n');
    expect(profile.lost).toEqual({ records: 1, samples: 12 });
    expect(profile.samples.size).toBe(1);
  });

  it('and does not mistake lines of --show-task-events or --show-mmap-events for samples', async () => {
    const profile = await read(
      'x 7 [000] 1.4: PERF_RECORD_COMM: x:7/7\n' +
        'x 7 [000] 1.41: PERF_RECORD_MMAP2 7/7: [0x55d000000000(0x1000) @ 0 08:01 12 0]: r-xp /bin/x\n' +
        'x 7 [000] 1.5: 5 cycles: \n\t1 f (/x)\n\nx 7 [000] 1.6: PERF_RECORD_EXIT(7:7):(1:1)\n',
    );
    expect(profile.samples.size).toBe(1);
    expect(profile.meta.events.map(({ name, samples }) => [name, samples])).toEqual([['cycles', 1]]);
  });
});

describe('a format is recognised by content', () => {
  it.each([
    ['PERFILE2\0\0', 'perf.data'],
    ['x 1 2.5: 1 e: \n\t1 f (/x)\n', 'perf-script'],
    ['a;b 12\nc d 3\n', 'folded'],
    ['Attaching 1 probe...\n@[\n    f+1\n, sh]: 3\n', 'bpftrace-text'],
    ['{"type": "map", "data": {"@": {"a": 1}}}\n', 'bpftrace-json'],
    ["\n Performance counter stats for 'x':\n", 'perf-stat-text'],
    ['0.44,msec,cpu-clock,440000,100.00,0.1,CPUs utilized\n', 'perf-stat-csv'],
    ['{"counter-value" : "1.0", "event" : "cycles"}\n', 'perf-stat-json'],
    ['hello\nworld\n', 'unknown'],
    ['', 'unknown'],
  ])('%j is %s', (text, format) => {
    expect(recognise(Buffer.from(text))).toBe(format);
  });

  describe.each([997, 1 << 20])('even if it shows late, in pieces of %i bytes', (size) => {
    const ids = Array.from({ length: 512 }, (_, cpu) => 100_000 + cpu).join(', ');
    const header = Array.from({ length: 30 }, (_, i) => `# event : name = ev${i}, id = { ${ids} }\n`).join('');
    const deep = Array.from({ length: 1000 }, (_, i) => `std::__1::map<Key${i}, Value>::${'x'.repeat(100)}(int)`).join(
      ';',
    );
    const late = [
      ['perf script with a header of 30 events on 512 CPUs', `${header}x 1 2.5: 1 e: \n\t1 f (/x)\n\n`],
      ['folded stacks with a first line of 1,000 C++ frames', `${deep} 7\n`],
      ['folded stacks whose first line of 1,000 frames ends the file', `${deep} 7`],
      ['folded stacks after 100 KB of empty lines', `${'\n'.repeat(100_000)}a;b 7\n`],
      [
        'bpftrace JSON in one long line',
        `{"type": "map", "data": {"@": {"\\n    ${'f'.repeat(200_000)}+1\\n,sh": 5}}}\n`,
      ],
    ] as const;
    it.each(late)('%s', async (_, text) => {
      expect(text.length).toBeGreaterThan(65_536);
      expect((await read(text, size)).samples.size).toBe(1);
    });

    it('but not in 1,000 lines of other text', async () => {
      await expect(read('hello\n'.repeat(20_000), size)).rejects.toThrow('got another kind of file');
    });
  });

  it('inside gzip and zstd, too', async () => {
    const text = 'x 1 2.5: 1 e: \n\t1 f (/x)\n';
    for (const packed of [gzipSync(text), zstdCompressSync(text)]) expect((await read(packed, 7)).samples.size).toBe(1);
  });

  it('inside a compressed file, which cannot be read in place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fbf-packed-'));
    const bytes = readFileSync(join(packageRoot, 'fixtures', 'perf-data', 'plain.data'));
    try {
      for (const [name, packed] of [
        ['plain', bytes],
        ['gzip', gzipSync(bytes)],
        ['zstd', zstdCompressSync(bytes)],
      ] as const) {
        writeFileSync(join(folder, name), packed);
        expect((await readProfile(createReadStream(join(folder, name)))).samples.size, name).toBe(20);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('and damaged gzip is reported as damaged', async () => {
    await expect(read(gzipSync('a;b 1\n').subarray(0, 20))).rejects.toThrow('expected a complete gzip stream');
  });

  it('and other files are refused', async () => {
    await expect(read('hello world, this is nothing')).rejects.toThrow('expected perf.data, perf script text');
  });
});

describe('bpftrace stacks become columns', () => {
  const text = '@[\n    read+1\n    entry+2\n, \n    main+3\n, sh, 12]: 5\n@[, x]: 2\n@other[a]: 9\n';
  it.each([
    ['text', `Attaching 1 probe...\n\n${text}`],
    ['JSON', '{"type": "map", "data": {"@": {"\\n    read+1\\n    entry+2\\n,\\n    main+3\\n,sh,12": 5, ",x": 2}}}\n'],
  ])('from %s', async (_, input) => {
    const profile = await read(input, 3);
    expect(profile.samples.size).toBe(2);
    expect(row(profile, 0)).toMatchObject({ comm: 'sh', pid: 12, event: '@', period: 5 });
    expect(stackAt(profile, 0)).toEqual(['read', 'entry', 'main']);
    expect(stackAt(profile, 1)).toEqual([]);
  });
});

describe('readers of bytes', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([1, 3, 17, 100])('never make a string longer than 100 in pieces of %i bytes', async (size) => {
    const short = scriptText(numbersFrom(7), 60)
      .split('\n')
      .filter((line) => line.length < 90 && !line.includes('\0'))
      .join('\n');
    const folded = Array.from({ length: 500 }, (_, i) => `a;b${i};c ${i}\n`).join('');
    const inputs = [
      Buffer.from(`x 1 2.5: 1 e: \n\t1 f (/x)\n\n${short}`),
      Buffer.from(folded),
      Buffer.from(folded, 'utf16le'),
    ];
    const buffers = Buffer.prototype as unknown as { toString: (...args: unknown[]) => string };
    const toString = buffers.toString;
    const longest = { is: 0 };
    const watched = function (this: unknown, ...args: unknown[]): string {
      const text = toString.apply(this, args);
      longest.is = Math.max(longest.is, text.length);
      return text;
    };
    vi.spyOn(buffers, 'toString').mockImplementation(watched);
    vi.spyOn(TextDecoder.prototype, 'decode').mockImplementation(() => {
      throw new Error('readers must not decode a whole piece at once');
    });
    for (const bytes of inputs) expect((await readProfile(pieces(bytes, size))).samples.size).toBeGreaterThan(0);
    expect(longest.is).toBeLessThanOrEqual(100);
  });
});
