import type { RecordedWarning } from '../lib/recording/warning.ts';
import { sayWarning } from '../lib/recording/warning.ts';
import type { Transport } from '../lib/transport/transport.ts';
import { attach, type Attached } from './attach.ts';
import type { ProgramOrder, Tried } from './contract.ts';
import { starter, type StartOptions } from './starter.ts';

/** Seconds that the program may run once it is attached; it is stopped at once. */
const SECONDS = 1;
/** Milliseconds beyond its grace after which its channel is dropped. */
const PATIENCE = 5_000;

/** Stops a program and waits until nothing of it is left on the host. Its output is dropped. */
const end = async ({ program, supervised, output }: Attached): Promise<void> => {
  supervised.stop();
  output.into(() => Promise.resolve()).catch(() => undefined);
  const timer = setTimeout(() => { supervised.drop(); }, program.grace * 1000 + PATIENCE); // prettier-ignore
  await supervised.done.finally(() => { clearTimeout(timer); }); // prettier-ignore
};

/** Attaches the first way that can be attached, as for a recording, and ends it at once. */
export const tryProgram = async (
  transport: Transport,
  order: ProgramOrder,
  { signal, ...options }: StartOptions & { readonly signal: AbortSignal },
): Promise<Tried> => {
  const warnings: RecordedWarning[] = [];
  const start = starter(transport, options, (warning) => warnings.push(warning));
  const began = performance.now();
  const found = await attach(start, order, { seconds: SECONDS, signal });
  const said = { refused: found.refused, warnings: warnings.map(sayWarning) };
  if (!('supervised' in found)) return said;
  await end(found);
  return { ...said, program: found.program, seconds: (found.at - began) / 1000 };
};
