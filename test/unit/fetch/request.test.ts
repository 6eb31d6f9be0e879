import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isFetchable, requestLists, requestScript } from '../../../src/lib/fetch/request.ts';

const item = (name: string, more = {}) => ({ index: 7, binary: { name, buildId: '', ...more }, known: [] });
const one = (name: string, more = {}): string =>
  requestLists({ items: [item(name, more)], pids: [], kernel: undefined }).join('');

describe('a list of wanted files', () => {
  it('has a line for each, the kernel first', () => {
    const binary = { name: '/bin/a b', buildId: 'ab'.repeat(20), inode: 5, pids: [3, -1, 0.5, 4] };
    const ask = {
      items: [{ index: 0, binary, known: ['cd'.repeat(20) + '+'] }, item('[vdso]')],
      pids: [12, NaN, -4],
      kernel: { buildId: '', known: [] },
    };
    expect(requestLists(ask)).toEqual([
      `k - -\nm 12\nf 0 ${'ab'.repeat(20)} 5 3,4 ${'cd'.repeat(20)}+ /bin/a\\0040b\nv 7 - - - -\n`,
    ]);
  });
  it.each(['/we ird\n$(touch oops)\'"`;&', '/\\0101 \\n %s', '/ünïcode/☃', '/-e', "/a\tb'"])(
    'gives a shell and perl the path %j unchanged, as one word without quoting',
    (name) => {
      const word = one(name).trim().split(' ').at(-1)!;
      expect(word).toMatch(/^[A-Za-z0-9/._\\-]+$/);
      const said = execFileSync('sh', ['-c', 'p=$(printf "%b." "$1"); printf %s "${p%.}"', 'sh', word]);
      expect(said.toString('utf8')).toBe(name);
    },
  );
  it('ignores what is no build-id, no process and no path', () => {
    expect(one('/bin/a', { buildId: '$(id)', inode: -1 })).toBe('f 7 - -1 - - /bin/a\n');
    expect(['relative', '/a/../b', '/a\0b', `/${'a'.repeat(5000)}`].map((name) => isFetchable({ name, buildId: '' }))).toEqual([false, false, false, false]); // prettier-ignore
  });
  it('is cut into programs that fit into the environment', () => {
    const items = Array.from({ length: 3000 }, (_, index) => ({
      ...item(`/usr/lib/some/long/path/${index}.so`),
      index,
    }));
    const lists = requestLists({ items, pids: [], kernel: undefined });
    expect(lists.join('').trim().split('\n')).toHaveLength(3000);
    for (const list of lists)
      expect(requestScript(list, 'n', { total: 1, each: 1, seconds: 1 }).length).toBeLessThan(100_000);
  });
});
