import { describe, expect, it } from 'vitest';
import { wrapped } from '../../../src/cli/screen.ts';

describe('a sentence on the screen of fbf look', () => {
  it('is broken into lines of 118 characters, never between a number and its %', () => {
    for (let length = 100; length < 119; length++) {
      const lines = wrapped(`${'x'.repeat(length)} waited in 10 % of it`, 0).split('\n');
      expect(lines.every((line) => line.length <= 118)).toBe(true);
      expect(lines.join(' ')).toBe(`${'x'.repeat(length)} waited in 10 % of it`);
      expect(lines.filter((line) => line.startsWith('%'))).toEqual([]);
    }
  });
});
