import type { FlamegraphPayload } from '../mime.ts';

export interface HtmlOptions {
  /** The bundled renderer (dist/renderers/flamegraph.js): the same as the extension's. */
  readonly script: string;
  /** Draw the root at the top at first (icicle). */
  readonly icicle?: boolean;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** JSON that cannot be parsed as markup or close its script element: every < is escaped. */
const inert = (payload: FlamegraphPayload): string => JSON.stringify(payload).replaceAll('<', '\\u003c');

const style = `
  :root { color-scheme: light dark; }
  body { margin: 0 auto; max-width: 1600px; padding: 8px; background: #ffffff; }
  @media (prefers-color-scheme: dark) { body { background: #16191d; } }
`;

/**
 * A flame graph as one page that works offline: the renderer, and the payload as inert JSON. The page's policy forbids
 * all requests, so nothing in a profile can contact another machine.
 */
export const flamegraphHtml = (payload: FlamegraphPayload, { script, icicle = false }: HtmlOptions): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(payload.title)}</title>
<style>${style}</style>
</head>
<body>
<main data-flamegraph="payload"${icicle ? ' data-icicle="yes"' : ''}></main>
<script type="application/json" id="payload">${inert(payload)}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
