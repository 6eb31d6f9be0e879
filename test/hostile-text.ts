const comms = [
  'bash',
  'V8 Worker',
  'a b 12',
  'x',
  ':-1',
  '0',
  'java',
  'kworker/0:1-ev',
  '[kthread]',
  '(sd-pam)',
  'né',
  'a;b',
  '',
  '#c',
  '\u202eevil',
  '<b>',
  "'",
  '1.5:',
];
const names = [
  'main',
  '[unknown]',
  'std::map<int, (anonymous namespace)::T>::operator()(int) const',
  'a->b->c',
  'Lorg/x/Y;::z',
  'net/http.(*Client).Do',
  '_$LT$F$GT$::f::h0123456789abcdef',
  'x+0x',
  'f+0x1f',
  '"q"',
  ' ',
  '(inl)',
  'a b',
  '日本',
  'w;x',
  '-> ->',
  '\u00a0pad\u00a0',
];
const dsos = [
  '/usr/bin/x',
  '[kernel.kallsyms]',
  '[unknown]',
  '/tmp/perf-12.map',
  '/opt/my app/y',
  'inlined',
  '/m.ko',
  '/boot/vmlinux-6.1',
  '/x (deleted)',
  '',
  '[vdso]',
  '/a;b',
];
const events = [
  'cycles:',
  'cycles:uppp:',
  'cpu-clock:',
  'sched:sched_switch: prev_comm=a ==> next',
  'cycles:u:  ffffffff9aa3c8de f ([k])',
  '',
  'cycles',
  'page-faults:  12 x:',
];

/**
 * `perf script` text with what tools write and with damage: odd names, missing fields, missing blank lines, stray
 * bytes.
 */
export const scriptText = (random: () => number, blocks: number): string => {
  const any = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const some = (odds: number, text: string): string => (random() < odds ? text : '');
  const number = (below: number): number => Math.floor(random() * below);
  const head = (): string =>
    `${some(0.1, '   ')}${any(comms)} ${some(0.3, '  ')}${number(9)}${some(0.5, `/${number(99)}`)} ${some(0.7, `[00${number(4)}] `)}` +
    `${some(0.9, `${number(99)}.${String(number(1e6)).padStart(6, '0')}:`)} ${some(0.7, `${some(0.5, '    ')}${number(3) * 1000} `)}${any(events)} `;
  const frame = (): string =>
    `${any(['\t', '\t    ', '  ', ''])}${number(2 ** 31).toString(16)} ${any(names)}${some(0.4, '+0x1a')} (${any(dsos)})${some(0.05, ' ')}`;
  const line = (): string =>
    random() < 0.95 ? frame() : any(['  src.c:12', '# comment', '   ', '\t', head(), 'junk', '\0', '\ufffd']);
  let out = some(0.3, '# hostname : h\n# cmdline : perf record x\n');
  for (let i = 0; i < blocks; i++) {
    out += `${head()}\n`;
    for (let n = number(6); n > 0; n--) out += `${line()}${some(0.02, '\r')}\n`;
    out += some(0.9, '\n');
  }
  return random() < 0.5 ? out : out.slice(0, number(out.length));
};

/** The same bytes with some of them changed, lost or doubled. */
export const damaged = (bytes: Uint8Array, random: () => number): Buffer => {
  const out = Buffer.from(bytes);
  for (let n = 1 + Math.floor(random() * 8); n > 0 && out.length > 0; n--) {
    const at = Math.floor(random() * out.length);
    const kind = random();
    if (kind < 0.6) out[at] = (out[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    else if (kind < 0.8) out.copyWithin(at, Math.min(out.length, at + 100));
    else return out.subarray(0, at);
  }
  return out;
};
