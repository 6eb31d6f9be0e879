import type { FoldOptions } from '../../stacks/fold-options.ts';
import { foldPlan } from '../../stacks/fold-wasm.ts';
import { infernoPlan } from './fold-inferno.ts';
import { infernoWho } from './inferno-lines.ts';
import { perlPlan } from './fold-perl.ts';
import { perlWho } from './perl-lines.ts';
import { scanTs } from './scan-ts.ts';
import { scanWasm } from './scan-wasm.ts';
import type { ScanOptions, Scanner, ScriptText } from './script-text.ts';
import { hasWasm } from '../../bytes/wasm.ts';

/** Longer lines are cut, in bytes. */
export const LONGEST_LINE = 4 << 20;

const scanFor = ({ like = 'inferno', addrs = false }: FoldOptions): ScanOptions => ({
  decomposes: like === 'perl' ? (head) => perlWho(head) !== undefined : infernoDecomposes,
  keepReturns: like === 'perl',
  keepUnknown: addrs,
  longest: LONGEST_LINE,
});

const infernoDecomposes = (head: string): boolean => {
  const who = infernoWho(head);
  return who !== undefined && !head.includes(':', who.end);
};

/** A scanner for `perf script` text that will be folded: in WASM if it was built. */
export const scannerForFold = (options: FoldOptions, wasm: boolean = hasWasm()): Scanner =>
  wasm ? scanWasm(scanFor(options)) : scanTs(scanFor(options));

/** Folded lines of a scanned text, sorted by bytes, in pieces. */
export const foldScript = (script: ScriptText, options: FoldOptions, wasm: boolean = hasWasm()): Iterable<Uint8Array> =>
  foldPlan(options.like === 'perl' ? perlPlan(script, options) : infernoPlan(script, options), wasm);
