/**
 * The figures of a page of its own (`fbf run`): every element with data-fbf="MIME type" carries its payload as inert JSON
 * and, until it is shown, its picture. The page asks the network for nothing.
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
    // Its picture stays: it shows the same.
  }
}
