import { describe, expect, it } from 'vitest';
import { stackHealth } from '../../src/lib/stacks/health.ts';
import { sayHealth } from '../../src/lib/stacks/health-say.ts';
import { fixOf } from '../../src/lib/stacks/health-fix.ts';
import { smallProfile, type SmallSample } from '../small-profile.ts';

const whole = '_start;__libc_start_main@/lib/libc.so.6;main;work';
const rowOf = (samples: readonly SmallSample[], binary = '/bin/app', meta = {}) =>
  stackHealth(smallProfile(samples, meta)).binaries.find((row) => row.binary === binary);

describe('stacks that can be trusted', () => {
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

  it('say nothing', () => {
    expect(sayHealth(stackHealth(smallProfile([{ stack: whole, count: 50 }])))).toEqual([]);
  });
});

describe('stacks that lost their way', () => {
  it('are of a binary without frame pointers when only its own frame is there', () => {
    const row = rowOf([
      { stack: 'hot', count: 98 },
      { stack: whole, count: 2 },
    ]);
    expect(row).toMatchObject({ process: 'app', samples: 100, broken: 0.98, why: ['no frame pointers'] });
    expect(row?.fix[0]).toContain('-fno-omit-frame-pointer');
  });

  it('blame the binary that the walk stopped at', () => {
    const stack = 'libfun@/lib/libfun.so;callback;work;more';
    expect(rowOf([{ stack, count: 10 }], '/lib/libfun.so')?.why).toEqual(['no frame pointers']);
    expect(rowOf([{ stack, count: 10 }], '/bin/app')?.why).toEqual([]);
  });

  it('are told from stacks that are cut at the depth limit', () => {
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

  it('take the limit that the file says', () => {
    const stack = 'a;b;c;d;e';
    expect(rowOf([{ stack }], '/bin/app', { maxDepth: 5 })?.truncated).toBe(1);
    expect(rowOf([{ stack }], '/bin/app', { maxDepth: 6 })?.truncated).toBe(0);
  });

  it('are of a binary without frame pointers where callers were recorded and not one was found', () => {
    const lone = [{ stack: 'hot', count: 10 }, { stack: 'warm' }];
    expect(rowOf(lone, '/bin/app', { callers: true })).toMatchObject({ broken: 1, why: ['no frame pointers'] });
    expect(rowOf([{ stack: whole }], '/bin/app', { callers: false })).toMatchObject({ broken: 0, why: [] });
  });

  it('are not judged where a profile has no call graphs at all', () => {
    const health = stackHealth(smallProfile([{ stack: 'hot', count: 10 }, { stack: 'warm' }]));
    expect(health).toMatchObject({ flat: true, broken: 0 });
    expect(sayHealth(health)).toEqual([
      'No stack has a caller: the profile holds no call graphs. Record with call graphs: perf record -g',
    ]);
  });
});

describe('frames without a name', () => {
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

  it('of the kernel: names were hidden while it was recorded', () => {
    const profile = smallProfile([{ stack: `${whole};[unknown]_[k]` }]);
    profile.frames.flags[profile.frames.size - 1] = 9;
    const row = stackHealth(profile).binaries.find(({ binary }) => binary === '[kernel.kallsyms]');
    expect(row).toMatchObject({ unknown: 1, why: ['kernel hidden'] });
  });

  it('are counted by how often they were sampled', () => {
    expect(
      stackHealth(
        smallProfile([
          { stack: 'main;[unknown]', count: 3 },
          { stack: 'main;f', count: 1 },
        ]),
      ).unknown,
    ).toBe(0.375);
  });

  it('name a hostile path as one word of a command, and print no escapes', () => {
    expect(fixOf('no symbols', "/tmp/x'; rm -rf $HOME; '", 'native')).toContain(
      `find-dbgsym-packages '/tmp/x'\\''; rm -rf $HOME; '\\'''`,
    );
    const stack = 'main;[unknown]@/tmp/\u001b[31m\u202ered';
    expect(sayHealth(stackHealth(smallProfile([{ stack, count: 9 }]))).join()).not.toMatch(/[\u001b\u202e]/);
  });
});
