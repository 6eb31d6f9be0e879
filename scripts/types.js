// Checks the types of the whole tree with the native compiler (`tsc` in node_modules/.bin belongs to another package).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const tsc = join(root, 'node_modules', 'typescript-native', 'bin', 'tsc');
process.exitCode = spawnSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' }).status ?? 1;
