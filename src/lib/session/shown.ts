import { inspect } from 'node:util';
import { TEXT } from '../mime.ts';
import { DISPLAY } from '../views/view.ts';

/** Makes a value print this text, as the last line of a cell and in console.log. */
export const showAs = <T extends object>(value: T, text: () => string): T =>
  Object.defineProperties(value, {
    [DISPLAY]: { value: () => ({ [TEXT]: text() }) },
    [inspect.custom]: { value: text },
  });
