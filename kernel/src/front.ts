import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';

/** `node front.js CONNECTION_FILE`: the front process of the kernel; see serve.ts. */
const [, , file] = process.argv;
if (file === undefined) {
  process.stderr.write('usage: front.js CONNECTION_FILE\n');
  process.exit(2);
}
// Nearly everything that this process allocates is short-lived; a nursery that has grown (to 32 MB) never shrinks again.
setFlagsFromString('--semi-space-growth-factor=1');
enableCompileCache(join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fast-by-friday', 'compile'));
// It identifies the kernel to a recorder that outlives the user process.
process.env['FBF_KERNEL_FILE'] = resolve(file);
const connection: unknown = JSON.parse(readFileSync(file, 'utf8'));
const { serve } = await import('./front/serve.ts');
const { createLog } = await import('./front/log.ts');
const { watchParent } = await import('./front/parent.ts');
// The user process exits by itself when this process does.
watchParent(() => process.exit(1));
await serve(connection as Parameters<typeof serve>[0], process.cwd(), createLog());
process.exit(0);
