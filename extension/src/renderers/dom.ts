/** Creates an element. Text is never parsed as markup. */
export const element = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

export const button = (label: string, act: () => void, title = label): HTMLButtonElement => {
  const made = element('button', { type: 'button', title }, label);
  made.addEventListener('click', act);
  return made;
};

/** The warning that a capture ended early, shown before everything else. */
export const cutPart = (cut: unknown): HTMLElement[] =>
  typeof cut === 'string' && cut !== '' ? [element('p', { class: 'warning', role: 'note' }, `⚠ ${plain(cut)}`)] : [];

/** Runs `draw` once before the next frame, however often it is requested. */
export const onFrame = (draw: () => void): (() => void) => {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
};

/**
 * Runs `draw` with the width of an element, on request and when the width changes. While the element has no width (it
 * is hidden, or a theme change is replacing its style sheet), drawing waits.
 */
export const drawnIn = (root: HTMLElement, draw: (width: number) => void): (() => void) => {
  const redraw = onFrame(() => {
    if (root.clientWidth > 0) {
      draw(root.clientWidth);
      return;
    }
    // A new observation reports the width even if it equals the last one reported.
    observer.unobserve(root);
    observer.observe(root);
  });
  const observer = new ResizeObserver(redraw);
  observer.observe(root);
  return redraw;
};

/** Sets a canvas's size in CSS pixels at the screen's resolution, and clears it. */
export const prepare = (canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D => {
  const ratio = Math.max(1, Math.min(3, devicePixelRatio));
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('canvas: expected a 2d context, got none');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
};

/** 1234567 as 1,234,567; fractions with up to three digits. */
export const count = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: Number.isInteger(value) ? 0 : 3 });

export const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

/** Any text as one printable line, without control, bidirectional and invisible characters. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '');
