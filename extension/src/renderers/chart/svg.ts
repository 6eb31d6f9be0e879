const NS = 'http://www.w3.org/2000/svg';

/**
 * Creates an SVG element. Text is never parsed as markup; colours come from the style sheet, so that themes change
 * them.
 */
export const svg = <K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] => {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
};
