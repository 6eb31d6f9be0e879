import { describe, expect, it } from 'vitest';
import { elfEnds } from '../../../src/lib/session/check/elf-ends.ts';
import { processRow } from '../../../src/lib/session/check/process-row.ts';
import { lookAtProcesses, readProcesses } from '../../../src/lib/session/check/processes.ts';
import { framePointers, MACHINES } from '../../../src/lib/stacks/frame-pointers.ts';

const X86 = { framed: [0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x48, 0x89, 0xe5], other: [0x41, 0x54, 0x55, 0x53], leaf: [0x89, 0xf8, 0xc3] }; // prettier-ignore

/** Functions one after the other, each at a multiple of 16 and padded with nops. */
const functions = (...beginnings: readonly (readonly number[])[]): Uint8Array => {
  const code = new Uint8Array((beginnings.length + 4) * 16).fill(0x90);
  for (const [i, bytes] of beginnings.entries()) code.set(bytes, (i + 1) * 16);
  return code;
};
const times = (count: number, bytes: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: count }, () => bytes);
const words = (...all: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(all).buffer);

describe('whether code keeps frame pointers', () => {
  it.each([
    ['yes', [...times(40, X86.framed), ...times(20, X86.leaf)]],
    ['no', [...times(40, X86.other), ...times(2, X86.framed)]],
    ['some', [...times(20, X86.other), ...times(20, X86.framed)]],
    ['unknown', [...times(10, X86.framed), ...times(90, X86.leaf)]],
  ] as const)('is told by how its functions begin: %s', (verdict, beginnings) => {
    expect(framePointers(MACHINES.x86, [functions(...beginnings)])).toBe(verdict);
  });

  it('sees a push and a move that the compiler took apart', () => {
    const apart = [0x55, 0x31, 0xc0, 0x89, 0xfa, 0x48, 0x89, 0xe5];
    expect(framePointers(MACHINES.x86, [functions(...times(30, apart))])).toBe('yes');
  });

  it('is told on arm64 by stp x29, x30 and mov x29, sp', () => {
    const [stp, mov, str, ret] = [0xa9be_7bfd, 0x9100_03fd, 0xf81f_0ffe, 0xd65f_03c0];
    const many = (...body: readonly number[]) => words(...Array.from({ length: 30 }, () => body).flat());
    expect(framePointers(MACHINES.arm, [many(stp, mov, ret)])).toBe('yes');
    expect(framePointers(MACHINES.arm, [many(str, ret)])).toBe('no');
    expect(framePointers(MACHINES.arm, [many(stp, ret, ret, ret, ret, ret, ret, ret)])).toBe('no');
  });

  it('is not guessed for other machines, nor for no code', () => {
    expect(framePointers(243, [functions(...times(40, X86.framed))])).toBe('unknown');
    expect(framePointers(MACHINES.x86, [new Uint8Array(3)])).toBe('unknown');
  });
});

const hex = (bytes: Iterable<number>): string => ` ${[...bytes].map((byte) => byte.toString(16)).join(' ')}\n`;
const SECTIONS = 3;

/** The first page and the end of an x86-64 ELF file with section headers of these types. */
const elf = (types: readonly number[], note = '') => {
  const head = new Uint8Array(4096);
  head.set(Buffer.from('\x7fELF\x02\x01', 'latin1'));
  const view = new DataView(head.buffer);
  view.setUint16(18, MACHINES.x86, true);
  view.setBigUint64(40, 123_456n, true);
  view.setUint16(58, 64, true);
  view.setUint16(60, SECTIONS, true);
  head.set(Buffer.from(note, 'latin1'), 2048);
  const tail = new Uint8Array(8192);
  for (const [i, type] of types.entries()) tail[tail.length - (SECTIONS - i) * 64 + 4] = type;
  return { head, tail };
};
const WHOLE = elf([0, 1, 2]);
const STRIPPED = elf([0, 1, 11]);
const GO = elf([0, 1, 2], '\x04\0\0\0\x53\0\0\0\x04\0\0\0Go\0\0');

describe('both ends of a binary', () => {
  it('tell its machine, whether it has all symbols, and whether Go linked it', () => {
    expect(elfEnds(WHOLE.head, WHOLE.tail)).toEqual({ machine: 62, go: false, symbols: true });
    expect(elfEnds(STRIPPED.head, STRIPPED.tail)).toEqual({ machine: 62, go: false, symbols: false });
    expect(elfEnds(GO.head, GO.tail).go).toBe(true);
  });

  it('leave open what they do not show', () => {
    expect(elfEnds(WHOLE.head, WHOLE.tail.fill(9)).symbols).toBeUndefined();
    expect(elfEnds(new Uint8Array(4), new Uint8Array(0))).toEqual({ machine: 0, go: false, symbols: undefined });
    expect(
      elfEnds(
        Uint8Array.from({ length: 4096 }, (_, i) => (i * 31) & 255),
        new Uint8Array(0),
      ).machine,
    ).toBe(0);
  });
});

const file = (path: string, { head, tail }: ReturnType<typeof elf>, code: Uint8Array, id = path.length): string =>
  `@file 08:01 ${String(id)} ${path}\n@code\n${hex(code)}@head\n${hex(head)}@tail\n${hex(tail)}`;
const framed = functions(...times(30, X86.framed));
const plain = functions(...times(30, X86.other));
const [whole, stripped] = [elf([0, 1, 2]), elf([0, 1, 11])];
const libc = file('/usr/lib/libc.so.6', stripped, framed);
const about = { pid: 7, started: 1, ppid: 1, name: 'app', cmd: 'app', exe: '/bin/app' };
const rowOf = (said: string, process: Partial<typeof about> & { readonly runtime?: string } = {}) =>
  processRow({
    process: { ...about, ...process },
    seen: readProcesses(`@process 7\n@looked\n@mapped\n${said}`)[0],
    lack: undefined,
    asRoot: 'log in as root',
  });

describe('a row of check({ target })', () => {
  it('says yes where stacks and names will be complete', () => {
    expect(rowOf(file('/bin/app', whole, framed) + libc)).toEqual({
      pid: 7, process: 'app', verdict: 'yes', runtime: 'native', version: '', pointers: 'yes', libc: 'yes', map: '', symbols: 'yes', cannotSee: '', fix: '',
    }); // prettier-ignore
  });

  it('names what will be missing and the flag for it: a stripped program without frame pointers', () => {
    const row = rowOf(file('/bin/app', stripped, plain) + file('/usr/lib/libc.so.6', stripped, plain));
    expect(row).toMatchObject({ verdict: 'partly', pointers: 'no', libc: 'no', symbols: 'no' });
    for (const fix of ['find-dbgsym-packages /bin/app', '-fno-omit-frame-pointer', 'libc6-prof', "callgraph: 'dwarf'"])
      expect(row.fix).toContain(fix);
    expect(row.cannotSee).toContain('the callers of functions of libc.so.6');
  });

  it.each([
    ['node', '/opt/node/bin/node', 'node app.js', '--perf-basic-prof-only-functions', '@set NODE_OPTIONS=--perf-basic-prof'],
    ['python', '/usr/bin/python3.12', 'python3 app.py', '-X perf', '@set PYTHONPERFSUPPORT=1'],
    ['ruby', '/usr/lib/libruby-3.3.so.3.3', 'puma', '--yjit-perf', '@set RUBYOPT=--yjit --yjit-perf'],
    ['dotnet', '/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.11/libcoreclr.so', 'api', 'DOTNET_PerfMapEnabled=1', '@set DOTNET_PerfMapEnabled=1'],
  ] as const)('of %s: names need a map, or the setting that writes it', (runtime, path, cmd, fix, setting) => {
    const binary = file(path, whole, framed);
    const row = rowOf(binary, { cmd, exe: path });
    expect(row).toMatchObject({ runtime, verdict: 'partly', map: 'no' });
    expect(row.fix).toContain(fix);
    expect(rowOf(`${binary}${setting}\n`, { cmd, exe: path })).toMatchObject({ verdict: 'yes', map: 'yes', fix: '' });
    expect(rowOf(`${binary}@map 4711\n`, { cmd, exe: path })).toMatchObject({ verdict: 'yes', map: 'yes' });
    expect(rowOf(`${binary}@map 0\n`, { cmd, exe: path })).toMatchObject({ map: 'no' });
  }); // prettier-ignore

  it('of a JVM: frame pointers of compiled code need a switch of their own, and the map its pid', () => {
    const jvm = `${file('/jdk/bin/java', whole, plain)}${file('/jdk/lib/server/libjvm.so', whole, framed)}@part 17.0.15\n`;
    const row = rowOf(jvm, { cmd: 'java -jar x.jar' });
    expect(row).toMatchObject({ runtime: 'java', version: '17.0.15', pointers: 'yes', map: 'no', verdict: 'partly' });
    expect(row.fix).toContain('-XX:+PreserveFramePointer');
    expect(row.fix).toContain('jcmd 7 Compiler.perfmap');
    expect(rowOf(`${jvm}@map 99\n`, { cmd: 'java -XX:+PreserveFramePointer -jar x.jar' }).verdict).toBe('yes');
  });

  it('of Go: its code keeps frame pointers, whatever its functions begin with', () => {
    expect(rowOf(file('/bin/svc', GO, plain))).toMatchObject({ runtime: 'go', pointers: 'yes', verdict: 'yes' });
  });

  it('says what it does not know', () => {
    const row = rowOf(file('/bin/app', whole, new Uint8Array(64)));
    expect(row).toMatchObject({ verdict: 'partly', pointers: 'unknown', fix: '' });
    expect(row.cannotSee).toContain('too few of its functions were seen');
  });

  it('says who may look, and that a process has exited', () => {
    const look = (said: string, process = about) =>
      processRow({ process, seen: readProcesses(said)[0], lack: undefined, asRoot: 'log in as root' });
    expect(look('@process 7\n')).toMatchObject({ verdict: 'not allowed', fix: 'log in as root' });
    expect(look('@process 7\n@ended\n')).toMatchObject({ verdict: 'no', cannotSee: 'it has exited' });
  });

  it('passes on why no tool may profile', () => {
    const seen = readProcesses(`@process 7\n@looked\n@mapped\n${file('/bin/app', whole, framed)}`)[0];
    const lack = { verdict: 'not allowed', why: 'kernel.perf_event_paranoid is 3', fix: 'sysctl' } as const;
    expect(processRow({ process: about, seen, lack, asRoot: '' })).toMatchObject({ verdict: 'not allowed', cannotSee: lack.why, fix: 'sysctl' }); // prettier-ignore
  });
});

describe('what the script prints', () => {
  it('is read file by file: one that two processes map is read once', () => {
    const said = `@process 7\n@mapped\n${file('/bin/app', whole, framed, 5)}@process 8\n@mapped\n@file 08:01 5 /bin/app\n`;
    const [first, second] = readProcesses(said);
    expect(first?.files.get('/bin/app')?.code[0]).toEqual(framed);
    expect(second?.files.get('/bin/app')).toEqual(first?.files.get('/bin/app'));
  });

  it('may be nonsense, cut, or hostile', () => {
    const said = `@process 7\n@looked\n@mapped\n${file("/tmp/x'; rm -rf $HOME; '\u001b[31m", whole, plain)}`;
    for (let i = 0; i < said.length; i += 997) expect(() => readProcesses(said.slice(0, i))).not.toThrow();
    expect(readProcesses('@map 3\n@set A=1\n zz zz\n@head\n 7f\nnoise\n')).toEqual([]);
    expect(rowOf(said.slice(said.indexOf('@file'))).fix).toContain('-fno-omit-frame-pointer');
  });

  it('is asked for by pids that are words of their own', () => {
    expect(lookAtProcesses([7, 8])).toContain("set -- '7' '8'\n");
  });
});
