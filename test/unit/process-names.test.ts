import { expect, it } from 'vitest';
import { processActivity } from '../../src/lib/questions/process-activity.ts';
import { reading, rowsOf } from './questions/given.ts';

it('a kernel worker that is renamed stays one process in pidstat', () => {
  const at = (t: number, name: string) => ({ t, seconds: 1, pid: 9, started: 3, name, utime: 0.1, stime: 0 });
  const stat = [at(0, 'kworker/0:1-events'), at(1, 'kworker/0:1'), at(2, 'kworker/0:1-mm_percpu_wq')];
  const rows = rowsOf(processActivity.table(reading({ 'proc.pid.stat': stat })));
  expect(rows.map(({ name }) => name)).toEqual(stat.map(({ name }) => name));
  expect(new Set(rows.map(({ process }) => process))).toEqual(new Set(['kworker/0:1-mm_percpu_wq (9)']));
});
