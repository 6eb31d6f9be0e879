import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './paths.ts';

/** Whole-line comments and blank lines: # in shell and Perl, // and the first line in bpftrace. */
const idle = /^[ \t]*(#.*)?\n/gm;
const idleProbe = /^[ \t]*(\/\/.*|#!.*)?\n/gm;

/**
 * The text of a program that runs on hosts, as it is sent: `hostProgram('src/lib/supervisor/names.sh')`,
 * `hostProgram('probes/off-cpu.bt')`. Whole-line comments and blank lines are left out, since they need not travel. In
 * dist/ the build puts all texts in place of this module (scripts/inline-programs.js).
 */
export const hostProgram = (file: string): string =>
  readFileSync(join(packageRoot, file), 'utf8').replaceAll(file.endsWith('.bt') ? idleProbe : idle, '');
