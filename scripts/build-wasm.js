// Compiles the byte loops of src/wasm (AssemblyScript) to dist/wasm/text.wasm.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');

/** Throws with the compiler's output if it fails. */
export const build = async () => {
  const { default: asc } = await import('assemblyscript/asc');
  await mkdir(join(root, 'dist', 'wasm'), { recursive: true });
  const { error, stderr } = await asc.main(
    [
      'src/wasm/index.ts',
      '--baseDir',
      root,
      '--outFile',
      'dist/wasm/text.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'minimal',
      '--enable',
      'simd',
    ],
    {},
  );
  if (error) throw new Error(`src/wasm: ${error.message}\n${stderr.toString()}`);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
