/**
 * A flame graph in a page of its own: reads the payload that the page carries as inert JSON and shows it. The page asks the
 * network for nothing.
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
