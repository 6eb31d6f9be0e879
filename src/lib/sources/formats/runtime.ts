/** Runtimes by the name of the executable. */
const RUNTIMES: readonly (readonly [RegExp, string])[] = [
  [/^node(js)?$/, 'node'],
  [/^(deno|bun|ruby|perl|php|dotnet|java|julia|mono)(-?\d[\d.]*)?$/, ''],
  [/^(python|pypy)\d*(\.\d+)?$/, 'python'],
  [/^php-?fpm/, 'php'],
  [/^beam\.smp$/, 'erlang'],
  [/^(lua|luajit)/, 'lua'],
  [/^(R|Rscript)$/, 'r'],
];

/** The language runtime of a process; '' if its executable's name does not show it. */
export const runtimeOf = (exe: string, name: string): string => {
  const file =
    (exe === '' ? name : exe)
      .replace(/ \(deleted\)$/, '')
      .split('/')
      .at(-1) ?? '';
  for (const [pattern, runtime] of RUNTIMES) {
    const found = pattern.exec(file);
    if (found) return runtime === '' ? (found[1] ?? '') : runtime;
  }
  return '';
};
