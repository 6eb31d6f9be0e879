/**
 * Draws the figures of a page of `fbf run`: each element with data-fbf="MIME type" contains its payload as inert JSON
 * and a PNG that is shown until the figure is drawn. The page makes no network request.
 */
import { renderers } from './list.ts';

for (const host of document.querySelectorAll<HTMLElement>('[data-fbf]')) {
  const make = renderers[host.dataset['fbf'] ?? ''];
  const data = host.querySelector('script[type="application/json"]')?.textContent;
  if (make === undefined || data === undefined) continue;
  const shown = document.createElement('div');
  try {
    make(shown).show(JSON.parse(data));
    host.replaceChildren(shown);
  } catch {
    // The PNG stays: it shows the same figure.
  }
}
