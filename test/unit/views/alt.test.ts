import { expect, test } from 'vitest';
import { metadataOf, render, toBundle } from '../../../kernel/src/user/render.ts';
import { PNG, TEXT } from '../../../src/lib/mime.ts';
import { FIGURES } from './figures.ts';

test.each(Object.entries(FIGURES))('%s has the text that stands for its picture in its metadata', async (_, figure) => {
  const shown = await render(figure());
  expect(shown?.data).toHaveProperty([PNG]);
  const width = Buffer.from(String(shown?.data[PNG]), 'base64').readUInt32BE(16);
  expect(shown?.metadata).toEqual({ [PNG]: { alt: shown?.data[TEXT], width: Math.round(width / 2) } });
});

test('what a bundle carries as metadata is no data of it, and a bundle without has none', () => {
  const bundle = { [TEXT]: 'x', [Symbol.for('fast-by-friday.metadata')]: { [PNG]: { alt: 'y' } } };
  expect(toBundle(bundle)).toEqual({ [TEXT]: 'x' });
  expect(metadataOf(bundle)).toEqual({ [PNG]: { alt: 'y' } });
  expect(metadataOf({ [TEXT]: 'x' })).toEqual({});
});
