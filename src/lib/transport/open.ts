import { openLocal } from './local.ts';
import { openSsh } from './ssh.ts';
import type { Opened, TransportOptions } from './transport.ts';
import { parseUrl } from './url.ts';

/** Opens what a URL names: `local:` or a host over ssh. Kinds usage, unreachable, auth, host-key, not-allowed, missing. */
export const openTransport = (url: string, options: TransportOptions = {}): Promise<Opened> => {
  const target = parseUrl(url);
  return target.kind === 'local' ? openLocal(options) : openSsh(url, target, options);
};
