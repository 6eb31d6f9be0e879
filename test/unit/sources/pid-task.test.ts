import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/lib/paths.ts';
import { usualUnits } from '../../../src/lib/sources/define.ts';
import { pidTask } from '../../../src/lib/sources/proc/pid-task.ts';
import { rowsOf } from '../../decode.ts';

type Files = Readonly<Record<string, string>>;

const at = (dir: string, files: Files) =>
  Object.entries(files).map(([name, text]) => ({ path: `${dir}${name}`, bytes: Buffer.from(text) }));
const DIR = '/proc/10/task/11/';
const stat = (state: string, comm = 'worker', flags = 64): string =>
  `11 (${comm}) ${state} 1 10 10 0 -1 ${flags} 5 0\n`;
const futex = {
  wchan: 'futex_do_wait',
  syscall: '202 0x1 0x80 0x0\n',
  stack: '[<0>] futex_do_wait+0x4/0x9\n[<0>] do_syscall_64+0x1/0x2\n',
};

const decoderFor = (arch = 'x86_64') => {
  const decoder = pidTask.decoder({ ...usualUnits, arch });
  const add = (t: number, files: Files, gone: readonly string[] = [], dir = DIR): void => {
    decoder.add({ t, whole: false, files: at(dir, files), gone });
  };
  const taken = () => {
    const { table, warnings } = decoder.table();
    return { rows: rowsOf(table), warnings: warnings.map(({ say }) => say) };
  };
  return { add, taken };
};

describe('proc.pid.task', () => {
  it('gives a row for each sample in which the thread waits, and none while it runs', () => {
    const { add, taken } = decoderFor();
    add(0, { stat: stat('S'), ...futex });
    add(0.2, {});
    add(0.4, { stat: stat('R') });
    add(0.6, {});
    add(0.8, { stat: stat('D'), wchan: 'io_schedule', syscall: '-1 0x1 0x2\n' });
    const { rows, warnings } = taken();
    const where = { wchan: 'futex_do_wait', syscall: 'futex', stack: 'do_syscall_64_[k];futex_do_wait_[k]' };
    const who = { pid: 10, tid: 11, comm: 'worker' };
    expect(rows).toEqual([
      { t: 0, ...who, state: 'sleeping', ...where },
      { t: 0.2, ...who, state: 'sleeping', ...where },
      { t: 0.8, ...who, state: 'blocked', wchan: 'io_schedule', stack: where.stack },
    ]);
    expect(warnings).toEqual([]);
  });

  it('forgets threads and processes that are gone', () => {
    const { add, taken } = decoderFor();
    add(0, { stat: stat('S') });
    add(0, { stat: stat('S', 'other') }, [], '/proc/10/task/12/');
    add(1, {}, [DIR]);
    add(2, {}, ['/proc/10/']);
    expect(taken().rows.map(({ t, tid }) => [t, tid])).toEqual([
      [0, 11],
      [0, 11],
      [0, 12],
      [1, 12],
    ]);
  });

  it('names system calls by architecture, gives the number of others, and none to threads of the kernel', () => {
    const name = (arch: string, syscall: string, flags?: number) => {
      const { add, taken } = decoderFor(arch);
      add(0, { stat: stat('S', 'worker', flags), syscall });
      return taken().rows[0]?.['syscall'];
    };
    expect(name('x86_64', '202 0x1\n')).toBe('futex');
    expect(name('aarch64', '98 0x1\n')).toBe('futex');
    expect(name('aarch64', '202 0x1\n')).toBe('accept');
    expect(name('mips64', '202 0x1\n')).toBe('202');
    expect(name('x86_64', '9999 0x1\n')).toBe('9999');
    expect(name('x86_64', 'running\n')).toBeUndefined();
    expect(name('x86_64', '0 0x0 0x0\n', 0x208040)).toBeUndefined();
  });

  it('gives no place where the login may not see it', () => {
    const { add, taken } = decoderFor();
    add(0, { stat: stat('S'), wchan: '0' });
    expect(taken()).toEqual({ rows: [{ t: 0, pid: 10, tid: 11, comm: 'worker', state: 'sleeping' }], warnings: [] });
  });

  it('reads names that look like the rest of the line', () => {
    const { add, taken } = decoderFor();
    add(0, { stat: stat('S', 'a) R 1\n(b') });
    expect(taken().rows[0]).toMatchObject({ comm: 'a) R 1\n(b', state: 'sleeping' });
  });

  it('reads the files of a thread cut at every byte, and no frame or state that they do not have', () => {
    const folder = join(packageRoot, 'fixtures', 'proc', 'proc.pid.task', '4100', 'task', '27702');
    const files = ['stat', 'syscall', 'stack'].map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
    const frames = new Set(Array.from(files[2]?.[1].matchAll(/\] (\w+)/g) ?? [], ([, frame]) => `${frame ?? ''}_[k]`));
    const longest = Math.max(...files.map(([, text]) => text.length));
    for (let end = 0; end < longest; end++) {
      const { add, taken } = decoderFor();
      add(0, Object.fromEntries(files.map(([name, text]) => [name, text.slice(0, end)])));
      const { rows, warnings } = taken();
      expect(rows.length + warnings.length).toBe(1);
      for (const frame of String(rows[0]?.['stack'] ?? '').split(';'))
        expect(frame === '' || frames.has(frame)).toBe(true);
    }
  });

  it('says what it expected of a malformed line', () => {
    const { add, taken } = decoderFor();
    add(0, { stat: stat('?') });
    add(1, { stat: '11 (worker\n' });
    expect(taken().rows).toEqual([]);
    expect(taken().warnings.join()).toContain('expected "TID (name) state ..."');
  });
});
