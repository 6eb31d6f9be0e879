import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `node user.js FOLDER`, started by the front process: the process that runs cells; see user/serve.ts. */
enableCompileCache(join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fast-by-friday', 'compile'));
const { serve } = await import('./user/serve.ts');
serve(process.argv[2] ?? process.cwd());
