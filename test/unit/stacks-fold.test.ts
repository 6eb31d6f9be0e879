import { describe, expect, it } from 'vitest';
import { foldProfile } from '../../src/lib/stacks/fold.ts';
import type { FoldOptions } from '../../src/lib/stacks/fold-options.ts';
import { finishRustName } from '../../src/lib/stacks/rust-names.ts';
import { hasWasm } from '../../src/lib/bytes/wasm.ts';
import { foldText } from '../scripted.ts';
import { smallProfile } from '../small-profile.ts';

const scanners = hasWasm() ? [false, true] : [false];
const perl = (text: string, options: FoldOptions = {}): string => folded(text, { ...options, like: 'perl' });
const folded = (text: string, options: FoldOptions = {}): string => {
  const [ts = '', wasm = ts] = scanners.map((wasm) => foldText(text, options, { wasm }));
  expect(wasm).toBe(ts);
  return ts;
};

const sample =
  'bash 12/34 [001] 5.000001:        250 cycles:u: \n\t  7f10 leaf+0x1 (/bin/x)\n\t  7f20 main+0x2 (/bin/x)\n';

it('folds the first event with samples, if the first event has none', () => {
  const event = (name: string, samples: number) => ({ name, unit: '', samples, about: '' });
  const profile = smallProfile([{ stack: 'main;work', count: 3 }], {
    events: [event('cs_etm/@tmc_etr0/u', 0), event('cpu-clock', 3)],
  });
  expect(Buffer.concat([...foldProfile(profile)]).toString()).toBe('app;main;work 3\n');
});

describe('folding like inferno-collapse-perf', () => {
  it('counts a last stack without a blank line after it', () => {
    expect(folded(sample)).toBe('bash;main;leaf 250\n');
    expect(folded(`${sample}\n${sample}`)).toBe('bash;main;leaf 500\n');
  });

  it('adds process and thread ids on request', () => {
    expect(folded(sample, { pid: true })).toBe('bash-12;main;leaf 250\n');
    expect(folded(sample, { tid: true })).toBe('bash-12/34;main;leaf 250\n');
  });

  it('keeps the parentheses that belong to a name and leaves arguments out', () => {
    const name = (text: string): string => folded(`a 1 2.0: 1 e: \n\t1 ${text} (/x)\n`).slice(2, -3);
    expect(name('std::function<void (int)>::operator()(int) const')).toBe('std::function<void (int)>::operator');
    expect(name('(anonymous namespace)::f()')).toBe('');
    expect(name('a::(anonymous namespace)::f(int)')).toBe('a::(anonymous namespace)::f');
    expect(name('net/http.(*Client).Do')).toBe('net/http.(*Client).Do');
  });

  it('splits functions that Java inlined, and removes the L of its class names', () => {
    expect(folded('java 1 2.0: 1 e: \n\t1 Lorg/A;::f->Lorg/B;::g (/tmp/perf-1.map)\n', { jit: true })).toBe(
      'java;org/A:::f_[j];org/B:::g_[i] 1\n',
    );
  });

  it('reads a stack of one frame on the event line itself', () => {
    const line = (name: string): string =>
      `false 64414 20110.539270:      34467 cycles:u:  ffffffff9aa3c8de ${name} ([k])\n`;
    expect(folded(line('f') + line('g') + line('f'))).toBe('false;f 68934\nfalse;g 34467\n');
  });

  it('uses only the first event unless another is named', () => {
    const two = `${sample}\n${sample.replace('cycles', 'faults').replace('leaf', 'other')}\n`;
    expect(folded(two)).toBe('bash;main;leaf 250\n');
    expect(folded(two, { eventFilter: 'faults' })).toBe('bash;main;other 250\n');
  });

  it('reads lines that end with CR LF', () => {
    expect(folded(sample.replaceAll('\n', '\r\n'))).toBe('bash;main;leaf 250\n');
  });
});

describe('folding like stackcollapse-perf.pl', () => {
  it('leaves out a last stack without a blank line after it', () => {
    expect(perl(sample)).toBe('');
    expect(perl(`${sample}\n`)).toBe('bash;main;leaf 250\n');
  });

  it('treats thread 0 as no thread, and joins a one-letter name with the text after it', () => {
    expect(perl(`${sample.replace('12/34', '0/0')}\n`, { tid: true })).toBe('bash-?/0;main;leaf 250\n');
    expect(perl(`${sample.replace('bash', 'x')}\n`)).toBe('x_12/34_[001]_5.000001:;main;leaf 250\n');
  });

  it('drops quotes, arguments and offsets', () => {
    expect(perl(`a1 1 2.0: 1 e: \n\t1 f"x"(int, char)+0x3 (/x)\n\n`)).toBe('a1;fx 1\n');
  });

  it('counts an event without a stack', () => {
    expect(perl('a1 1 2.0: 7 e: \n\n')).toBe('a1 7\n');
  });

  it('uses weight 1 if the period is 0 or missing', () => {
    expect(perl('a1 1 2.0: 0 e: \n\t1 f (/x)\n\na1 1 2.0: e: \n\t1 f (/x)\n\n')).toBe('a1;f 2\n');
  });

  it('continues the stack at an event line without a blank line before it', () => {
    expect(perl('a1 1 2.0: 5 e: \n\t1 f (/x)\nb1 2 2.1: 6 e: \n\t2 g (/x)\n\n')).toBe('b1;g;f 6\n');
  });
});

it('sums periods beyond 2^53 exactly', () => {
  const big = `${sample.replace('       250', '9007199254740993')}\n`;
  expect(folded(big + big)).toBe('bash;main;leaf 18014398509481986\n');
});

it('sorts by bytes if one name is a prefix of another', () => {
  const stack = (name: string): string => `c 1 2.0: 1 e: \n\t1 x (/x)\n\t2 ${name} (/x)\n\n`;
  expect(folded(['a', 'a b', 'a!', 'ab', 'a:'].map(stack).join(''))).toBe(
    'c;a b;x 1\nc;a!;x 1\nc;a:;x 1\nc;a;x 1\nc;ab;x 1\n',
  );
});

it('completes half-demangled Rust names', () => {
  expect(finishRustName('core::ops::h0123456789abcdef')).toBe('core::ops');
  expect(finishRustName('_$LT$std..fs..ReadDir$u20$as$u20$I$GT$::next::hc14f1750ca79129b')).toBe(
    '<std::fs::ReadDir as I>::next',
  );
  expect(finishRustName('plain')).toBe('plain');
});
