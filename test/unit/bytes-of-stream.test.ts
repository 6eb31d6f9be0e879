import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/lib/paths.ts';

/** Keeps 80 MB of a stream readable at any offset, then kills itself with `signal` without closing it. */
const dying = (signal: string): string => `
  const { bytesOfStream } = await import(${JSON.stringify(pathToFileURL(join(packageRoot, 'src/lib/bytes/bytes.ts')).href)});
  const pieces = async function* () {
    for (let i = 0; i < 80; i++) yield new Uint8Array(1 << 20).fill(i);
  };
  const bytes = await bytesOfStream(pieces());
  const one = new Uint8Array(1);
  bytes.read(79 * 2 ** 20, one);
  console.log(bytes.size, one[0]);
  process.kill(process.pid, ${JSON.stringify(signal)});
  await new Promise(() => setInterval(() => undefined, 1000));
`;

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'])('a long stream leaves no file behind after %s', (signal) => {
  const temp = mkdtempSync(join(tmpdir(), 'fbf-spool-'));
  try {
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', dying(signal)], {
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: temp },
    });
    expect(ended.signal, ended.stderr).toBe(signal);
    expect(ended.stdout).toBe(`${80 * 2 ** 20} 79\n`);
    expect(readdirSync(temp)).toEqual([]);
  } finally {
    rmSync(temp, { recursive: true });
  }
});
