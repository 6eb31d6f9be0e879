import type { Limits } from '../api.ts';
import { asFraction } from '../duration.ts';
import type { Need } from './backend.ts';
import { inBytes, withSudo } from './options.ts';

/** The limits of a call or a connection as numbers, and whether sudo may be used; throws 'usage' if one cannot be read. */
export const limitsOf = ({
  maxCpu,
  maxMemory,
  maxBytes,
  allow,
}: Limits): Pick<Need, 'maxCpu' | 'maxMemory' | 'maxBytes' | 'sudo'> => ({
  maxCpu: maxCpu === undefined ? undefined : asFraction(maxCpu, 'maxCpu'),
  maxMemory: maxMemory === undefined ? undefined : inBytes('maxMemory', maxMemory),
  maxBytes: maxBytes === undefined ? undefined : inBytes('maxBytes', maxBytes),
  sudo: withSudo(allow),
});
