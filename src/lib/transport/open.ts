import { openLocal } from './local.ts';
import { openSsh } from './ssh.ts';
import type { Opened, TransportOptions } from './transport.ts';
import { parseUrl } from './url.ts';

/**
 * Connects to `local:` or to a host over ssh. Fails with kind usage, unreachable, auth, host-key, not-allowed,
 * missing.
 */
export const openTransport = (url: string, options: TransportOptions = {}): Promise<Opened> => {
  const target = parseUrl(url);
  return target.kind === 'local' ? openLocal(options) : openSsh(url, target, options);
};
