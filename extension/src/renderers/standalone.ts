/**
 * A page with one flame graph: shows the payload that the page contains as inert JSON. The page makes no network
 * request.
 */
import { checked } from './flamegraph/check.ts';
import { flamegraphView } from './flamegraph/view.ts';

for (const host of document.querySelectorAll<HTMLElement>('[data-flamegraph]')) {
  const data = document.getElementById(host.dataset['flamegraph'] ?? '');
  try {
    flamegraphView(host, { icicle: host.dataset['icicle'] === 'yes' }).show(
      checked(JSON.parse(data?.textContent ?? '')),
    );
  } catch (error) {
    host.textContent = `This flame graph cannot be shown: ${error instanceof Error ? error.message : 'unknown'}`;
  }
}
