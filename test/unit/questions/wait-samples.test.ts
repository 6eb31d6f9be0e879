import { describe, expect, it } from 'vitest';
import { waitSamples } from '../../../src/lib/questions/wait-samples.ts';
import { reading, rowsOf } from './given.ts';

const thread = { pid: 10, tid: 11, comm: 'worker', state: 'sleeping' };
const answer = (rows: readonly Record<string, number | string | undefined>[]) =>
  rowsOf(waitSamples.table(reading({ 'proc.pid.task': rows })));

describe('wait-samples', () => {
  it('gives each sample the time to the next one, and the last the time since the one before', () => {
    const rows = answer([
      { ...thread, t: 0 },
      { ...thread, tid: 12, t: 0 },
      { ...thread, t: 0.25 },
      { ...thread, t: 1.25 },
    ]);
    expect(rows.map(({ tid, seconds }) => [tid, seconds])).toEqual([
      [11, 0.25],
      [12, 0.25],
      [11, 1],
      [11, 1],
    ]);
  });

  it('gives no length if there is only one sample', () => {
    expect(answer([{ ...thread, t: 0 }])[0]).not.toHaveProperty('seconds');
    expect(answer([])).toEqual([]);
  });

  it('takes the kernel function for the stack where the stack cannot be read, and nothing where neither can', () => {
    const rows = answer([
      { ...thread, t: 0, wchan: 'futex_wait', stack: 'do_syscall_64;futex_wait', syscall: 'futex' },
      { ...thread, t: 0, wchan: 'pipe_read' },
      { ...thread, t: 0 },
    ]);
    expect(rows.map(({ stack }) => stack)).toEqual(['do_syscall_64;futex_wait', 'pipe_read_[k]', undefined]);
    expect(rows[2]).not.toHaveProperty('syscall');
  });
});
