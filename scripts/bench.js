// npm run bench -- NAME [arguments]: the side-by-side benchmarks of bench/; without a name it lists them.
import { existsSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ownNode, root, withSetup } from './setup.js';

const [name, ...args] = process.argv.slice(2);
const file = join(root, 'bench', `${name}.ts`);
const names = readdirSync(join(root, 'bench'))
  .filter((entry) => entry.endsWith('.ts'))
  .map((entry) => entry.slice(0, -3));

await withSetup({ tests: true }, () => {
  if (name === undefined || !existsSync(file)) {
    process.stdout.write(`npm run bench -- ${names.join(' | ')}\n`);
    return name === undefined ? 0 : 2;
  }
  const program = `const { run } = await import(${JSON.stringify(file)}); await run(process.argv.slice(1));`;
  return (
    spawnSync(ownNode, ['--input-type=module', '-e', program, '--', ...args], { cwd: root, stdio: 'inherit' }).status ??
    1
  );
});
