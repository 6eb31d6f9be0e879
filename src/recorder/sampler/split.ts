import type { FileSample } from '../../lib/sources/source.ts';

/**
 * Splits the output of `head -v` into files. Each begins with a line `==> PATH <==` whose path starts with the nonce
 * prefix, and ends before the newline of the next such line. A file without content was removed after the glob listed it.
 */
export const splitFiles = (body: Buffer, prefix: string): readonly FileSample[] => {
  const head = Buffer.from(`==> ${prefix}/`);
  const files: FileSample[] = [];
  for (let at = next(body, head, 0); at >= 0;) {
    const end = body.indexOf(' <==\n', at);
    if (end < 0) break;
    const following = next(body, head, end);
    const path = body.toString('utf8', at + head.length - 1, end);
    let stop = following < 0 ? body.length : following;
    if (body[stop - 1] === 10) stop--;
    const bytes = body.subarray(end + 5, Math.max(stop, end + 5));
    if (bytes.length > 0) files.push({ path, bytes });
    at = following;
  }
  return files;
};

/** Offset of the next header, at the start or after a newline: inside a line it is content. */
const next = (body: Buffer, head: Buffer, from: number): number => {
  let at = body.indexOf(head, from);
  while (at > 0 && body[at - 1] !== 10) at = body.indexOf(head, at + 1);
  return at;
};
