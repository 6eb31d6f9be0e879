/** Folded lines of all kinds that tools write, and invalid lines. */
export const foldedText = (random: () => number, lines: number): string => {
  const any = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const frame = (): string =>
    any([
      'main',
      'f',
      'a b',
      'step_12',
      '[unknown]',
      'vfs_read_[k]',
      'hot_[j]',
      '',
      'Ünïcode',
      '\u{1f525}',
      'x'.repeat(20),
    ]);
  const stack = (): string => Array.from({ length: 1 + Math.floor(random() * 5) }, frame).join(any([';', ';', ';;']));
  const count = (): string =>
    any(['1', '12', '007', '1234567890123456', '3.5', '1e3', '0', '5 6', '5.5 6.5', '9\t', '8 ', '', 'x', '-1', '1.']);
  const line = (): string =>
    any([
      `${stack()} ${count()}`,
      `${stack()} ${count()}`,
      `${stack()}\t${count()}`,
      `# ${stack()} ${count()}`,
      `#${stack()} ${count()}`,
      '',
      '#',
      '12',
      ' 12',
      'a;b 7\r',
      '\r',
      `${stack()} 5 ${'9'.repeat(38 + Math.floor(random() * 5))} 3`,
    ]);
  return Array.from({ length: lines }, line).join('\n');
};
