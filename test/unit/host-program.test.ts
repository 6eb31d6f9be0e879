import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hostProgram } from '../../src/lib/host-program.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { scriptHeader } from '../../src/lib/transport/quote.ts';

const sh = (script: string): string => execFileSync('sh', { input: script, encoding: 'utf8' });

it.each(globSync(['src/**/*.{sh,pl}', 'probes/*.bt'], { cwd: packageRoot }))(
  '%s is sent without comments and blank lines',
  (file) => {
    const text = hostProgram(file);
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .filter((line) => (file.endsWith('.bt') ? /^\s*(\/\/.*|#!.*)?$/ : /^\s*(#.*)?$/).test(line)),
    ).toEqual([]);
    expect(text.endsWith('\n')).toBe(true);
  },
);

it('gets its parameters and arguments unchanged, whatever they contain', () => {
  const hostile = `'; echo "$HOME" \`id\` $(id) \\ \n*`;
  const said = sh(`${scriptHeader({ one: hostile, two: 2 }, ['/proc/*', hostile])}printf '%s|' "$one" "$two" "$@"\n`);
  expect(said).toBe(`${hostile}|2|/proc/*|${hostile}|`);
});
