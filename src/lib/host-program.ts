import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './paths.ts';

/**
 * The text of a program that runs on hosts, as it is sent: `hostProgram('src/lib/supervisor/names.sh')`. Whole-line
 * comments and blank lines are left out, since they need not travel. In dist/ the build puts all texts in place of this
 * module (scripts/inline-programs.js).
 */
export const hostProgram = (file: string): string =>
  readFileSync(join(packageRoot, file), 'utf8').replaceAll(/^[ \t]*(#.*)?\n/gm, '');
