import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Answer } from '../../../src/lib/api.ts';
import { tableOf } from '../../../src/lib/answer/answer.ts';
import { connect } from '../../../src/lib/index.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { questions } from '../../../src/lib/questions/list.ts';
import { sources } from '../../../src/lib/sources/list.ts';

const RECORDING = join(packageRoot, 'fixtures', 'disk-bound');

/** Columns whose content does not have the type that editors show: text for unit '', else numbers. */
const wronglyTyped = (name: string, answer: Answer): string[] => {
  const { data, docs } = tableOf(answer);
  return Object.entries(data)
    .filter(([column, { kind }]) => (docs[column]?.unit === '') !== (kind === 'text'))
    .map(([column]) => `${name}.${column}`);
};

test.skipIf(!existsSync(RECORDING))(
  'the columns of a recording are of the types that editors show',
  { timeout: 60_000 },
  async () => {
    const host = await connect(`recording:${RECORDING}`);
    const names = [...sources, ...questions].map(({ name }) => name);
    const answers = (await host.ask(
      Object.fromEntries(names.map((name) => [name, name])) as never,
    )) as unknown as Record<string, Answer>;
    await host.close();
    expect(Object.values(answers).filter(({ size }) => size > 0).length).toBeGreaterThan(10);
    expect(Object.entries(answers).flatMap(([name, answer]) => wronglyTyped(name, answer))).toEqual([]);
  },
);
