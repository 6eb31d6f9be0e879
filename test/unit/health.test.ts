import { describe, expect, it } from 'vitest';
import { stackHealth } from '../../src/lib/stacks/health.ts';
import { sayHealth, sayProcesses } from '../../src/lib/stacks/health-say.ts';
import { JIT } from '../../src/lib/stacks/profile.ts';
import { fixOf } from '../../src/lib/stacks/health-fix.ts';
import { smallProfile, type SmallSample } from '../small-profile.ts';

const whole = '_start;__libc_start_main@/lib/libc.so.6;main;work';
const rowOf = (samples: readonly SmallSample[], binary = '/bin/app', meta = {}) =>
  stackHealth(smallProfile(samples, meta)).binaries.find((row) => row.binary === binary);

describe('complete stacks', () => {
  const good = [
    whole,
    'clone3@/lib/libc.so.6;start_thread@/lib/libc.so.6;loop;work',
    'runtime.goexit.abi0;main.main;main.hot',
    '[unknown]@/lib/x86_64-linux-gnu/libc.so.6;[unknown]@/lib/x86_64-linux-gnu/libc.so.6;main;work',
    'ret_from_fork_[k];kthread_[k];worker_thread_[k]',
    `${whole};entry_SYSCALL_64_[k];vfs_read_[k]`,
  ];
  it.for(good)('%s', (stack) => {
    const health = stackHealth(smallProfile([{ stack }]));
    expect([health.broken, health.truncated]).toEqual([0, 0]);
  });

  it('give no warning', () => {
    expect(sayHealth(stackHealth(smallProfile([{ stack: whole, count: 50 }])))).toEqual([]);
  });
});

describe('broken and truncated stacks', () => {
  it('are attributed to a binary without frame pointers if only its own frame was found', () => {
    const row = rowOf([
      { stack: 'hot', count: 98 },
      { stack: whole, count: 2 },
    ]);
    expect(row).toMatchObject({ process: 'app', samples: 100, broken: 0.98, why: ['no frame pointers'] });
    expect(row?.fix[0]).toContain('-fno-omit-frame-pointer');
  });

  it('are attributed to the binary where the walk stopped', () => {
    const stack = 'libfun@/lib/libfun.so;callback;work;more';
    expect(rowOf([{ stack, count: 10 }], '/lib/libfun.so')?.why).toEqual(['no frame pointers']);
    expect(rowOf([{ stack, count: 10 }], '/bin/app')?.why).toEqual([]);
  });

  it('are broken, or truncated at the depth limit, but not both', () => {
    const deep = Array.from({ length: 127 }, (_, i) => `f${i}`).join(';');
    const health = stackHealth(
      smallProfile([
        { stack: deep, count: 5 },
        { stack: whole, count: 5 },
      ]),
    );
    expect([health.broken, health.truncated]).toEqual([0, 0.5]);
    expect(sayHealth(health)[1]).toContain('kernel.perf_event_max_stack');
  });

  it('use the depth limit of the file', () => {
    const stack = 'a;b;c;d;e';
    expect(rowOf([{ stack }], '/bin/app', { maxDepth: 5 })?.truncated).toBe(1);
    expect(rowOf([{ stack }], '/bin/app', { maxDepth: 6 })?.truncated).toBe(0);
  });

  it('are attributed to missing frame pointers if callers were recorded and none was found', () => {
    const lone = [{ stack: 'hot', count: 10 }, { stack: 'warm' }];
    expect(rowOf(lone, '/bin/app', { callers: true })).toMatchObject({ broken: 1, why: ['no frame pointers'] });
    expect(rowOf([{ stack: whole }], '/bin/app', { callers: false })).toMatchObject({ broken: 0, why: [] });
  });

  it('are not reported for a profile without call graphs', () => {
    const health = stackHealth(smallProfile([{ stack: 'hot', count: 10 }, { stack: 'warm' }]));
    expect(health).toMatchObject({ flat: true, broken: 0 });
    expect(sayHealth(health)).toEqual([
      'The profile has no call graphs: no stack has a caller. Record with call graphs: perf record -g',
    ]);
  });
});

describe('native libraries in a process with a language runtime', () => {
  const node = '_start;main@/usr/bin/node;uv_run@/usr/bin/node';
  const stacks = [
    { stack: 'hash@/app/libduckdb.so', count: 9, comm: 'node' },
    { stack: '[unknown]@[unknown];scan@/app/libduckdb.so', count: 9, comm: 'node' },
    { stack: '[unknown]@[unknown];[unknown]@[unknown];memcpy@/usr/lib/libc.so.6', count: 9, comm: 'node' },
    { stack: `${node};[unknown]@[unknown];Builtins_Call@/usr/bin/node`, count: 9, comm: 'node' },
  ];
  it.for([
    ['/app/libduckdb.so', 'Build it with -fno-omit-frame-pointer'],
    ['/usr/lib/libc.so.6', 'libc6-prof'],
  ] as const)('%s: its own frame pointers are missing, and no flag of node gives them', ([binary, fix]) => {
    const row = rowOf(stacks, binary);
    expect(row?.why).toEqual(['no frame pointers']);
    expect(row?.fix[0]).toContain(fix);
    expect(row?.fix.join()).not.toContain('--perf-basic-prof');
  });

  it('addresses that a failed walk read from the stack are not taken for code compiled by node', () => {
    const row = rowOf(stacks, '[unknown]');
    expect(row?.why).toEqual(['no frame pointers', 'no map']);
    expect(rowOf(stacks.slice(0, 3), '[unknown]')?.fix.join()).not.toContain('--perf-basic-prof');
    expect(rowOf(stacks.slice(3), '[unknown]')?.fix.join()).toContain('--perf-basic-prof');
  });

  it('the fix is an option of java for Java code, and a compiler flag for a native library', () => {
    const java = { comm: 'java', count: 9 };
    const samples = [
      { stack: 'Interpreter@/usr/lib/jvm/lib/server/libjvm.so', ...java },
      { stack: 'inflate@/usr/lib/libz.so.1;deflate@/usr/lib/libz.so.1', ...java },
    ];
    expect(rowOf(samples, '/usr/lib/jvm/lib/server/libjvm.so')?.fix[0]).toContain('-XX:+PreserveFramePointer');
    expect(rowOf(samples, '/usr/lib/libz.so.1')?.fix[0]).toContain('Build it');
  });
});

describe('the process of a sample', () => {
  const processes = (samples: readonly SmallSample[], meta = {}): readonly string[] => [
    ...new Set(stackHealth(smallProfile(samples, meta)).binaries.map(({ process }) => process)),
  ];
  it('has the name of its main thread, not of the sampled thread', () => {
    const threads = ['java', 'C2 CompilerThre', 'GC Thread#0'];
    const samples = threads.map((comm, i) => ({ stack: whole, comm, pid: 7, tid: 7 + i }));
    expect(processes(samples)).toEqual(['java']);
  });

  it("has that name from the capture's records if the main thread was never sampled", () => {
    const samples = [
      { stack: whole, comm: 'C2 CompilerThre', pid: 7, tid: 8 },
      { stack: whole, comm: 'GC Thread#0', pid: 7, tid: 9 },
    ];
    expect(processes(samples, { processNames: new Map([[7, 'java']]) })).toEqual(['java']);
    expect(processes(samples)).toHaveLength(1);
  });

  it('is one process although it is renamed', () => {
    const samples = ['kworker/0:1', 'kworker/0:1-eve'].map((comm) => ({ stack: whole, comm, pid: 9, tid: 9 }));
    expect(processes(samples)).toEqual(['kworker/0:1-eve']);
  });

  it('has the name of the thread if the text has no pids', () => {
    expect(processes(['a', 'b'].map((comm) => ({ stack: whole, comm, tid: 3 })))).toEqual(['a', 'b']);
  });
});

describe('unknown frames', () => {
  const cases = [
    [
      'java',
      'start_thread@/lib/libc.so.6;call@/usr/lib/jvm/lib/server/libjvm.so;[unknown]@/tmp/perf-12.map',
      '/tmp/perf-12.map',
      'no map',
      '-XX:+PreserveFramePointer',
    ],
    ['node', '_start;main@/usr/bin/node;[unknown]@[unknown]', '[unknown]', 'no map', '--perf-basic-prof'],
    [
      'python3',
      'main@/usr/bin/python3.11;_PyEval_EvalFrameDefault@/usr/bin/python3.11',
      '/usr/bin/python3.11',
      'interpreter',
      '-X perf',
    ],
    ['other', '_start;main;[unknown]@//anon', '//anon', 'no map', '/tmp/perf-PID.map'],
    [
      'app',
      'main;[unknown]@/usr/lib/libfoo.so',
      '/usr/lib/libfoo.so',
      'no symbols',
      'find-dbgsym-packages /usr/lib/libfoo.so',
    ],
  ] as const;
  it.for(cases)('of %s: %s', ([comm, stack, binary, why, fix]) => {
    const row = rowOf([{ stack, comm, count: 10 }], binary);
    expect(row?.why).toContain(why);
    expect(row?.fix.join(' ')).toContain(fix);
  });

  it('of the kernel: its symbols were hidden during recording', () => {
    const profile = smallProfile([{ stack: `${whole};[unknown]_[k]` }]);
    profile.frames.flags[profile.frames.size - 1] = 9;
    const row = stackHealth(profile).binaries.find(({ binary }) => binary === '[kernel.kallsyms]');
    expect(row).toMatchObject({ unknown: 1, why: ['kernel hidden'] });
  });

  it('are counted by their samples', () => {
    expect(
      stackHealth(
        smallProfile([
          { stack: 'main;[unknown]', count: 3 },
          { stack: 'main;f', count: 1 },
        ]),
      ).unknown,
    ).toBe(0.375);
  });

  it('quote a hostile path as one word of a command, without escape sequences', () => {
    expect(fixOf('no symbols', "/tmp/x'; rm -rf $HOME; '", 'native')).toContain(
      `find-dbgsym-packages '/tmp/x'\\''; rm -rf $HOME; '\\'''`,
    );
    const stack = 'main;[unknown]@/tmp/\u001b[31m\u202ered';
    expect(sayHealth(stackHealth(smallProfile([{ stack, count: 9 }]))).join()).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('the processes that matter', () => {
  const libc = '/usr/lib/libc.so.6';
  const begun = (binary: string) => `_start@${binary};main@${binary}`;
  const processesOf = (samples: readonly SmallSample[], meta = {}) =>
    stackHealth(smallProfile(samples, meta)).processes;
  const only = (samples: readonly SmallSample[], meta = {}) => processesOf(samples, meta)[0];
  const of = (comm: string, pid: number, count: number, ...stacks: readonly string[]): readonly SmallSample[] =>
    stacks.map((stack) => ({ stack, comm, pid, tid: pid, count }));

  it('are those with user code and at least 2 % of the samples, one row per pid', () => {
    const rows = processesOf([
      ...of('web', 1, 60, whole),
      ...of('web', 2, 38, 'hot'),
      ...of('rare', 3, 1, whole),
      ...of('kworker/0:1', 4, 1, 'ret_from_fork_[k];kthread_[k]'),
      ...of('kswapd0', 5, 20, 'ret_from_fork_[k];kswapd_[k]'),
    ]);
    expect(rows.map(({ process, pid, samples, broken, why }) => ({ process, pid, samples, broken, why }))).toEqual([
      { process: 'web', pid: 1, samples: 60, broken: 0, why: [] },
      { process: 'web', pid: 2, samples: 38, broken: 1, why: ['no frame pointers'] },
    ]);
  });

  it('are small processes of one name together, if together they matter', () => {
    const workers = Array.from({ length: 100 }, (_, i) => of('worker', 100 + i, 1, i % 2 === 0 ? whole : 'hot')).flat();
    const rows = processesOf([...workers, ...of('web', 1, 99, whole)]);
    expect(rows.map(({ process, pid, samples, broken }) => ({ process, pid, samples, broken }))).toEqual([
      { process: 'worker', pid: undefined, samples: 100, broken: 0.5 },
      { process: 'web', pid: 1, samples: 99, broken: 0 },
    ]);
  });

  it('count unknown names among user frames only', () => {
    const row = only(of('app', 1, 10, `${whole};[unknown];entry_[k];vfs_[k];read_[k]`));
    expect(row).toMatchObject({ unknown: 0.2, broken: 0 });
  });

  const cases: readonly [string, string, readonly SmallSample[], string, string][] = [
    ['node', 'code without a map', of('node', 7, 9, `${begun('/usr/bin/node')};[unknown]@//anon`), 'no map', 'Start node with --perf-basic-prof-only-functions --interpreted-frames-native-stack'],
    ['node', 'interpreted code', of('node', 7, 9, `${begun('/usr/bin/node')};Builtins_InterpreterEntryTrampoline@/usr/bin/node`), 'interpreter', '--interpreted-frames-native-stack'],
    ['java', 'code without a map', of('java', 7, 9, `start_thread@${libc};call@/jvm/lib/server/libjvm.so;[unknown]@[unknown]`), 'no map', 'jcmd 7 Compiler.perfmap'],
    ['python', 'the interpreter', of('python3', 7, 9, `${begun('/usr/bin/python3.12')};_PyEval_EvalFrameDefault@/usr/bin/python3.12`), 'interpreter', '-X perf'],
    ['ruby', 'the interpreter', of('puma', 7, 9, `${begun('/usr/bin/ruby3.3')};vm_exec_core@/usr/lib/libruby-3.3.so.3.3`), 'interpreter', '--yjit-perf'],
    ['dotnet', 'code without a map', of('api', 7, 9, `${begun('/srv/api')};run@/usr/share/dotnet/libcoreclr.so;[unknown]@/memfd:doublemapper`), 'no map', 'DOTNET_PerfMapEnabled=1'],
    ['go', 'C code below it', of('svc', 7, 9, 'compress@/bin/svc', 'runtime.goexit@/bin/svc;main.main@/bin/svc'), 'no frame pointers', 'Go keeps frame pointers'],
    ['rust', 'no frame pointers', of('svc', 7, 9, 'alloc::vec::Vec<T,A>::push@/bin/svc'), 'no frame pointers', '-C force-frame-pointers=yes'],
    ['native', 'no frame pointers', of('svc', 7, 9, 'sort@/bin/svc'), 'no frame pointers', '-fno-omit-frame-pointer'],
    ['native', 'libc without frame pointers', of('svc', 7, 9, `memcpy@${libc}`), 'no frame pointers', 'libc6-prof'],
  ]; // prettier-ignore
  it.for(cases)('of %s, %s: why, and the flag that fixes it', ([runtime, , samples, why, fix]) => {
    const row = only(samples, { callers: true });
    expect(row?.runtime).toBe(runtime);
    expect(row?.why).toContain(why);
    expect(row?.fix.join(' ')).toContain(fix);
    expect(sayProcesses(stackHealth(smallProfile(samples, { callers: true }))).join()).toContain(fix);
  });

  it('need nothing where names and stacks are readable', () => {
    const named = smallProfile(of('node', 7, 9, `${begun('/usr/bin/node')};JS:handle@/tmp/perf-7.map`));
    named.frames.flags[named.frames.size - 1] = JIT;
    expect(stackHealth(named).processes).toMatchObject([{ runtime: 'node', why: [], fix: [] }]);
    const python = of('python3', 8, 9, `${begun('/usr/bin/python3.12')};py::work@/tmp/perf-8.map;_PyEval_EvalFrameDefault@/usr/bin/python3.12`); // prettier-ignore
    expect(only(python)).toMatchObject({ runtime: 'python', why: [] });
    expect(sayProcesses(stackHealth(smallProfile(python)))).toEqual([]);
  });

  it('are not guessed for files that name no process', () => {
    expect(processesOf([{ stack: 'hot', comm: '' }])).toMatchObject([{ process: '', pid: undefined }]);
    const folded = smallProfile([{ stack: whole }]);
    const { pid: _pid, tid: _tid, comm: _comm, ...data } = folded.samples.data;
    expect(stackHealth({ ...folded, samples: { ...folded.samples, data } }).processes).toEqual([]);
  });
});
