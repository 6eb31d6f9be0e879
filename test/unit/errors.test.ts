import { expect, expectTypeOf, test } from 'vitest';
import type { FridayError as Declared } from '../../src/lib/api/values.ts';
import { FridayError, type ErrorKind } from '../../src/lib/errors.ts';

test('an error has where, what was expected, the next step, and its cause', () => {
  const cause = new Error('ENOENT');
  const error = new FridayError('input', 'perf.data: expected PERFILE2, got 0 bytes', { next: 'Record again.', cause });
  expect(error.message).toBe('perf.data: expected PERFILE2, got 0 bytes\nRecord again.');
  expect(error.cause).toBe(cause);
});

test('the declarations that cells see name the same kinds', () => {
  expectTypeOf<Declared['kind']>().toEqualTypeOf<ErrorKind>();
});
