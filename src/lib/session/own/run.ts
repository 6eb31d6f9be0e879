import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Answer } from '../../answer/answer.ts';
import type { RunOptions } from '../../api.ts';
import { FridayError } from '../../errors.ts';
import { printable } from '../../printable.ts';
import { installing } from '../../questions/needs.ts';
import { FORMATS, type Format, readPrinted } from '../../sources/command/read.ts';
import { unknownName } from '../../answer/names.ts';
import type { Backend } from '../backend.ts';
import { RUN_OPTIONS } from '../options.ts';
import type { Pending } from '../pending.ts';
import { captureOwn } from './capture-own.ts';
import type { Failed, OwnOutput, OwnProgram } from './own-program.ts';
import { wordsOf } from './words.ts';

/** Statuses of a shell that could not start a program. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

/** Whether it is not there, or may not be executed: what the shell says of it, or its status. */
const isAbsent = ({ exit, said, why }: Failed): boolean =>
  exit === NOT_FOUND || exit === NOT_EXECUTABLE || (exit === undefined && /not found|ermission denied|it is not installed/.test(`${said} ${why}`)); // prettier-ignore

const notThere = (tool: string, { said, os, exit }: Failed): FridayError => {
  const isDenied = exit === NOT_EXECUTABLE || /ermission denied/.test(said);
  return new FridayError(
    isDenied ? 'not-allowed' : 'missing',
    isDenied
      ? `run: this login may not execute ${tool}`
      : `run: ${tool} is not installed on this host, or not in its PATH`,
    {
      next: isDenied
        ? "Connect as a user that may, or with { allow: ['sudo'] }."
        : `Give its whole path, or ${installing(tool, os)}.`,
      seen: said.slice(-1000),
    },
  );
};

/** Why the output may be less than all: the end of the program. */
const endOf = ({ fact, said }: OwnOutput): readonly string[] => {
  if (fact.stopped === true && fact.status !== 'cut')
    return ['it ran until the end of the window and was stopped: seconds gives it more'];
  const words = printable(said.trim().split('\n').slice(-3).join(' '), 300);
  return fact.status === 'ok' && words !== '' ? [`it wrote to its standard error: ${words}`] : [];
};

/** Its output in memory: a text of JavaScript is at most 512 MB. */
const MOST = 64e6;

/** A program by its words, run until it ends. */
export const runProgram = (argv: readonly string[], as: Format): OwnProgram => {
  const [command = ''] = argv;
  const tool = basename(command);
  return {
    name: 'run',
    what: `run ${printable(tool, 50)}`,
    program: { tool: printable(tool, 50), argv, stop: 'TERM', grace: 2 },
    attaches: false,
    maxBytes: MOST,
    lacks: () => undefined,
    failure: (failed) => (isAbsent(failed) ? notThere(printable(command, 200), failed) : undefined),
    read: async (output) => {
      const { table, warnings } = readPrinted(await readFile(output.output, 'utf8'), as);
      return { run: { table, grain: 'events', cannotSee: [...warnings, ...endOf(output)], lost: 0 } };
    },
  };
};

/** Runs a program on the hosts and reads what it prints as a table. */
export const running = (
  backends: readonly Backend[],
  argv: readonly string[],
  options: RunOptions = {},
): Pending<Answer> => {
  const { as = 'text', ...limits } = options;
  if (!FORMATS.includes(as)) return unknownName('run as', as, FORMATS);
  return captureOwn(backends, runProgram(wordsOf('run', argv), as), {
    options: limits,
    known: RUN_OPTIONS,
    code: `host.run(${JSON.stringify(argv)}, ${JSON.stringify(options)})`,
    pick: ({ run }) => run as Answer,
  });
};
