import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tableOf } from '../../../src/lib/answer/answer.ts';
import type { Answer, Host } from '../../../src/lib/api.ts';
import { FridayError } from '../../../src/lib/errors.ts';
import * as library from '../../../src/lib/index.ts';
import { located, packageRoot } from '../../../src/lib/paths.ts';
import { questions } from '../../../src/lib/questions/list.ts';
import { DISPLAY } from '../../../src/lib/views/view.ts';
import { callsIn } from './calls.ts';
import { linesIn, verbs } from './fbf-lines.ts';
import { canRun, compiled, run } from './programs.ts';
import { textsOfTree } from './texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'fbf-recommended-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const RECORDING = `recording:${join(packageRoot, 'fixtures', 'disk-bound')}`;
const PROFILE = join(packageRoot, 'fixtures', 'perf-data', 'plain.data');

const texts = textsOfTree();
const programs = compiled(texts.flatMap(callsIn));

test('recommended calls are found in messages, docs, declarations, steps and notebooks', () => {
  const files = programs.map(({ where }) => where.split(':')[0] ?? '');
  for (const part of [
    'README.md',
    'docs/answer.md',
    'src/lib/api/',
    'notebooks/',
    'sixty-seconds/',
    'src/lib/answer/quantile.ts',
  ])
    expect(
      files.filter((file) => file.includes(part)),
      part,
    ).not.toEqual([]);
});

test('every recommended call compiles against the declarations', () => {
  expect(
    programs.flatMap(({ where, code, complaints }) => complaints.map((said) => `${where}: ${code}: ${said}`)),
  ).toEqual([]);
});

describe('every recommended call without placeholders runs', () => {
  let host: Host;
  let answers: readonly Answer[];

  beforeAll(async () => {
    host = await library.connect(RECORDING);
    const names = questions.map(({ name }) => name);
    const asked = (await host.ask(
      Object.fromEntries(names.map((name) => [name, name])) as never,
    )) as unknown as Readonly<Record<string, Answer>>;
    const profile = await library.openProfile(PROFILE);
    answers = [...Object.values(asked), profile, profile.groupby('comm').count()].filter(({ size }) => size > 0);
    await answers[0]?.write(join(folder, 'an answer.arrow'));
  });
  afterAll(() => host.close());

  /** The arguments of calls: recordings in place of hosts, bundled files in place of files that do not exist. */
  const names = () => ({
    ...library,
    host,
    console: { log: () => undefined },
    connect: (url: string | readonly string[], limits: object) =>
      library.connect(typeof url === 'string' && url.startsWith('recording:fixtures/') ? url : RECORDING, limits),
    openProfile: (file: string, options: object) =>
      library.openProfile(existsSync(located(file)) ? file : PROFILE, options),
    openAnswer: () => library.openAnswer(join(folder, 'an answer.arrow')),
  });

  /** Values for free names other than answers. */
  const usual = (answer: Answer): Readonly<Record<string, unknown>> => ({
    test: () => true,
    w: 't' in tableOf(answer).data ? answer.windows(() => true) : answer,
    url: RECORDING,
    file: PROFILE,
  });

  const shown = async (value: unknown): Promise<void> => {
    if (typeof value === 'object' && value !== null && DISPLAY in value)
      await (value as Record<typeof DISPLAY, () => Promise<unknown>>)[DISPLAY]();
  };

  const intoFolder = (code: string): string =>
    code.replace(
      /\.(write|save)\((['"])([^'"]+)\2/g,
      (_, verb: string, quote: string, file: string) => `.${verb}(${quote}${join(folder, file)}${quote}`,
    );

  /** Runs a program with one answer after another for its free names, until an answer has the columns that it needs. */
  const tried = async (code: string, free: readonly string[]): Promise<string> => {
    let failed = '';
    for (const answer of free.length === 0 ? answers.slice(0, 1) : answers) {
      const given = Object.fromEntries(free.map((name) => [name, usual(answer)[name] ?? answer]));
      try {
        await shown(await run(intoFolder(code), { ...names(), ...given }));
        return '';
      } catch (error) {
        // A recording without the source gives an error, but the call is correct.
        if (error instanceof FridayError && error.kind === 'missing') return '';
        failed = String(error);
      }
    }
    return failed;
  };

  const runnable = [...new Map(programs.filter(canRun).map((program) => [program.code, program])).values()];
  test.each(runnable.map((program) => [`${program.where}: ${program.code.slice(0, 80)}`, program] as const))(
    '%s',
    async (_, { code, free }) => {
      expect(await tried(code, free), code).toBe('');
    },
    // A notebook reads two recordings.
    300_000,
  );
});

test('every fbf command line names a verb and options that exist', () => {
  const known = verbs();
  const lines = texts.flatMap(linesIn);
  expect(lines.length).toBeGreaterThan(50);
  const wrong = lines.flatMap(({ where, line, verb, options }) => {
    const has = known.get(verb);
    if (has === undefined) return [`${where}: ${line}: there is no verb ${verb}`];
    return options.filter((option) => !has.has(option)).map((option) => `${where}: ${line}: ${verb} has no ${option}`);
  });
  expect(wrong).toEqual([]);
});

test('every verb in fbf help has a file, and every named npm script exists', () => {
  const main = readFileSync(join(packageRoot, 'src', 'cli', 'main.ts'), 'utf8');
  const listed = [...main.matchAll(/import\('\.\/commands\/(\w+)\.ts'\)/g)].map(([, name]) => name);
  expect([...verbs().keys()].filter((verb) => verb !== 'help' && !verb.startsWith('-')).sort()).toEqual(listed.sort());
  const { scripts } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { scripts: object };
  const named = texts.flatMap(({ where, text }) =>
    [...text.matchAll(/(?<![\w-])npm (?:run (\w+)|(start|test)\b)/g)].map(([line, run, own]) => ({
      where,
      line,
      script: run ?? own ?? '',
    })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
});
