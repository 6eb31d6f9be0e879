import { expect, test } from 'vitest';
import { FridayError } from '../../src/lib/errors.ts';

test('an error has where, what was expected, the next step, and its cause', () => {
  const cause = new Error('ENOENT');
  const error = new FridayError('input', 'perf.data: expected PERFILE2, got 0 bytes', { next: 'Record again.', cause });
  expect(error.message).toBe('perf.data: expected PERFILE2, got 0 bytes\nRecord again.');
  expect(error.cause).toBe(cause);
});
