import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/lib/paths.ts';

test('the cell of README.md runs, here on a bundled recording', () => {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
  const cell = /```ts\n([^`]+)```/.exec(readme)?.[1] ?? '';
  const library = pathToFileURL(join(packageRoot, 'src', 'lib', 'index.ts')).href;
  const disk = `recording:${join(packageRoot, 'fixtures', 'disk-bound')}`;
  const code = cell
    .replace("'fast-by-friday'", JSON.stringify(library))
    .replace("'ssh://web1'", JSON.stringify(disk))
    .replace(/^disk\..*$/m, (last) => `console.log(JSON.stringify(${last.replace(/;$/, '')}.rows()));`);
  expect(code).not.toBe(cell);
  const dir = mkdtempSync(join(tmpdir(), 'fbf-readme-'));
  try {
    writeFileSync(join(dir, 'cell.mts'), `${code}\nawait host.close();\n`);
    const { stdout, stderr } = spawnSync(process.execPath, [join(dir, 'cell.mts')], { encoding: 'utf8' });
    expect(stdout, stderr).toMatch(/^\[\{"device":"loop0","busyFor":\d+\.\d+\}\]$/m);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
