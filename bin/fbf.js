#!/usr/bin/env node
// Runs the built command on the Node that this package brings, whatever Node started it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const main = join(root, 'dist', 'cli', 'main.js');
if (!existsSync(main)) {
  console.error('fbf: not built yet. Run: npm run build (or npm start, which sets everything up)');
  process.exit(1);
}
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main);
} else {
  const own = join(root, 'node_modules', '.bin', 'node');
  const { status, signal } = spawnSync(existsSync(own) ? own : 'node', [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (signal) process.kill(process.pid, signal);
  process.exitCode = status ?? 1;
}
