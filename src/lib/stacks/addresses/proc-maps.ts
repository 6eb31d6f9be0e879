import type { MappedFile, MmapFacts } from './dsos.ts';

/** `7f1c2a000000-7f1c2a021000 r-xp 00002000 fe:00 131 /usr/lib/libc.so.6`; memory without a file has no name. */
const LINE = /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-])([w-])x[ps] ([0-9a-f]+) \S+ (\d+) *(.*)$/;

/** Mappings beyond are not of user space ([vsyscall]), and a double does not hold their addresses. */
const EXACT = 2 ** 53;

/** Reads the executable mappings of many processes; equal files give the same object. */
export const procMapsReader = (): ((pid: number, text: string) => MmapFacts[]) => {
  const files = new Map<string, MappedFile>();
  const fileOf = (protection: number, inode: number, filename: string): MappedFile => {
    const key = `${protection} ${inode} ${filename}`;
    let found = files.get(key);
    if (found === undefined) files.set(key, (found = { kind: 0, protection, filename, buildId: '', inode }));
    return found;
  };
  return (pid, text) =>
    text.split('\n').flatMap((line) => {
      const [, from = '', to = '', r, w, at = '', inode = '', name = ''] = LINE.exec(line) ?? [];
      const start = Number.parseInt(from, 16);
      const end = Number.parseInt(to, 16);
      if (!(end > start && end < EXACT)) return [];
      const protection = 4 + (r === 'r' ? 1 : 0) + (w === 'w' ? 2 : 0);
      // The kernel writes a newline in a name as \012, and nothing for memory without a name, which perf calls //anon.
      const filename = name === '' ? '//anon' : name.replaceAll('\\012', '\n');
      const file = fileOf(protection, Number(inode), filename);
      return [{ pid, start, length: end - start, offset: Number.parseInt(at, 16), file }];
    });
};
