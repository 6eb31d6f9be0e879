// An esbuild plugin: the programs that run on hosts become part of the bundle, so that dist/ needs no file of src/.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { hostProgram } from '../src/lib/host-program.ts';

const root = join(import.meta.dirname, '..');

const texts = () =>
  Object.fromEntries(
    globSync(['src/**/*.{sh,pl}', 'probes/*.bt'], { cwd: root }).map((file) => [file, hostProgram(file)]),
  );

export const inlinePrograms = {
  name: 'inline-programs',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\]lib[/\\]host-program\.ts$/ }, () => ({
      contents: `const texts = ${JSON.stringify(texts())};\nexport const hostProgram = (file) => texts[file];\n`,
    }));
  },
};
