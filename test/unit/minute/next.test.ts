import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { connect, type Host } from '../../../src/lib/index.ts';
import { steps } from '../../../src/lib/methods/sixty-seconds/steps.ts';
import { packageRoot } from '../../../src/lib/paths.ts';

type Cell = (host: Host) => Promise<unknown>;

/** The text of a cell as a function of the host. */
const cellOf = async (code: string): Promise<Cell> => {
  const module = `export const cell = async (host) => (${code});`;
  const { cell } = (await import(`data:text/javascript,${encodeURIComponent(module)}`)) as { cell: Cell };
  return cell;
};

describe('what a step recommends next', () => {
  let host: Host;
  beforeAll(async () => {
    host = await connect(`recording:${join(packageRoot, 'fixtures', 'idle')}`);
  });

  test.each(steps.map(({ key, next }) => [key, next.code] as const))(
    'after step %s runs on a recording',
    async (_key, code) => {
      const cell = await cellOf(code);
      expect(await cell(host)).toBeDefined();
    },
  );
});
