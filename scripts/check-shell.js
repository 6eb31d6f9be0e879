// Runs shellcheck over every shell script: those for hosts, our commands, and those of benches, fixtures and CI.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const files = globSync(['{src,bench,test,fixtures}/**/*.sh', 'bin/*', '.ci/run'], { cwd: root });
process.exitCode = spawnSync('shellcheck', files, { cwd: root, stdio: 'inherit' }).status ?? 1;
