import { describe, expect, it } from 'vitest';
import { FridayError } from '../../../src/lib/errors.ts';
import { perfCall } from '../../../src/lib/sources/perf-words.ts';

const typed = (words: readonly string[]): string => perfCall(words).program.argv.join(' ');

describe('a call of perf', () => {
  it('record sends its samples to its output, on the clock of recordings', () => {
    const call = perfCall(['record', '-e', 'sched:sched_switch', '-a']);
    expect(call.output).toBe('profile');
    expect(call.program.argv.join(' ')).toBe(
      'perf record -o - -k CLOCK_MONOTONIC --buildid-mmap -e sched:sched_switch -a',
    );
    expect(call.simpler?.argv.join(' ')).toBe('perf record -o - -k CLOCK_MONOTONIC -e sched:sched_switch -a');
    expect(typed(['perf', 'record', '-k', 'mono', '-a'])).toBe('perf record -o - --buildid-mmap -k mono -a');
  });
  it('stat counts each second; with events of its own, each has rows of its own', () => {
    expect(typed(['stat', '-a'])).toBe('perf stat -x ; --log-fd 1 -I 1000 -a');
    expect(typed(['stat', '-I', '100', '-a'])).toBe('perf stat -x ; --log-fd 1 -I 100 -a');
    expect(perfCall(['stat', '-p', '7']).output).toBe('counters');
    for (const words of [['-e', 'cycles'], ['-ecycles'], ['-A'], ['--per-core'], ['-M', 'TopdownL1'], ['-ddd']])
      expect(perfCall(['stat', ...words]).output).toBe('events');
  });
  it('reads options before -- only: what follows is a command of the caller', () => {
    expect(typed(['record', '--', 'gcc', '-o', 'x'])).toContain('-- gcc -o x');
    expect(perfCall(['stat', '--', 'sh', '-e', 'x']).output).toBe('counters');
  });
  it.each([
    ['record', '-o', 'x'],
    ['record', '-ox'],
    ['record', '-ago', 'x'],
    ['record', '--output=x'],
    ['record', '-a', '--switch-output=1s'],
    ['stat', '-o', 'x'],
    ['stat', '-x,'],
    ['stat', '-j'],
    ['stat', 'record'],
    ['lock', 'record'],
    ['trace', '-o', 'x'],
    ['report'],
    ['script'],
    ['top'],
    ['probe', '-a', 'x'],
    ['ftrace'],
    ['buildid-cache', '-l'],
    ['daemon', 'start'],
    ['-v'],
    ['perf'],
  ])('perf %s %s is refused: it would write, or need a file, on the host', (...words) => {
    expect(() => perfCall(words)).toThrow(FridayError);
  });
  it('takes events whose names hold an o, and options that resemble -o', () => {
    for (const words of [['-eblock:block_rq_issue'], ['-e', 'block:block_rq_issue'], ['--overwrite'], ['--off-cpu']])
      expect(perfCall(['record', ...words]).output).toBe('profile');
  });
});
