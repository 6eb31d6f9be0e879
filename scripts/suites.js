// The suites of `npm test` and `npm run soak` as data, and how a suite is run and counted.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { failuresOf, report } from './report.js';
import { ownNode, root, venv } from './setup.js';

const found = (program) =>
  spawnSync('sh', ['-c', `command -v ${program}`], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  }).status === 0;
const binary = (name) => join(root, 'node_modules', '.bin', name);

/** Why this machine cannot run a suite; undefined if it can. */
const needs = {
  shellcheck: () => (found('shellcheck') ? undefined : 'needs shellcheck (Debian: apt install shellcheck)'),
  perl: () => (found('perl') ? undefined : 'needs perl (Debian: apt install perl)'),
  bpftrace: () =>
    !found('bpftrace')
      ? 'needs bpftrace (Debian: apt install bpftrace)'
      : process.getuid?.() === 0
        ? undefined
        : 'needs root',
  host: () =>
    process.platform !== 'linux'
      ? 'needs Linux'
      : ['ssh', 'sshd', 'ssh-keygen'].every(found)
        ? undefined
        : 'needs an OpenSSH server (Debian: apt install openssh-server)',
  browser: () =>
    ['chromium', 'chromium-browser', 'google-chrome'].some(found)
      ? undefined
      : 'needs Chromium (Debian: apt install chromium)',
};

/** The folders whose imports are checked. */
const sources = ['src', 'kernel/src', 'extension/src', 'scripts', 'bench', 'test', 'fixtures/make'];

export const checks = [
  { name: 'types', argv: [ownNode, 'scripts/types.js'] },
  { name: 'lint', argv: [binary('eslint'), '.'] },
  { name: 'imports', argv: [binary('depcruise'), '--config', 'imports.config.js', ...sources] },
  { name: 'format', argv: [binary('prettier'), '--check', '--log-level=warn', '.'] },
  { name: 'shell', argv: [ownNode, 'scripts/check-shell.js'], needs: needs.shellcheck },
  { name: 'perl', argv: [ownNode, 'scripts/check-perl.js'], needs: needs.perl },
  { name: 'probes', argv: [ownNode, 'scripts/check-probes.js'], needs: needs.bpftrace },
];

export const suites = [
  { name: 'unit' },
  { name: 'corpus' },
  { name: 'host', needs: needs.host, alone: true },
  { name: 'kernel', alone: true },
  { name: 'browser', needs: needs.browser, alone: true },
];

export const soaks = [{ name: 'soak', needs: needs.host, alone: true }];

const environment = {
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
  FBF_PYTHON: join(venv, 'bin', 'python'),
};

/** Runs a program and prints its output in one piece when it ends, because two may run at the same time. */
const finished = (name, argv, more = {}) =>
  new Promise((resolve) => {
    const child = spawn(argv[0], argv.slice(1), {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, ...more },
    });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => said.push(bytes));
    child.on('close', (code) => {
      process.stdout.write(`\n== ${name}\n${Buffer.concat(said).toString()}`);
      resolve(code ?? 1);
    });
  });

/** A suite that this machine cannot run. */
const skip = (name, reason) => {
  process.stdout.write(`\n== ${name}\nskipped: ${reason}\n`);
  return { name, passed: 0, failed: 0, skipped: 1, reason };
};

/** Runs a check; it counts as one test. */
export const check = async ({ name, argv, needs: lacks }) => {
  const reason = lacks?.();
  if (reason !== undefined) return skip(name, reason);
  const good = (await finished(name, argv)) === 0;
  return { name, passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
};

const readJson = (file, otherwise) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : otherwise);

/** Runs a vitest project and counts its tests; without a readable report the run counts as failed. */
export const suite = async ({ name, needs: lacks, alone = false }) => {
  const reason = lacks?.();
  if (reason !== undefined) return skip(name, reason);
  const tests = join(root, '.setup', `${name}.json`);
  const times = join(root, '.setup', `${name}.times.json`);
  for (const file of [tests, times]) rmSync(file, { force: true });
  const argv = [
    binary('vitest'),
    'run',
    '--project',
    name,
    // These suites use real processes, ports and clocks: run one file at a time.
    ...(alone ? ['--no-file-parallelism'] : []),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${tests}`,
    '--reporter=./scripts/file-times.js',
  ];
  const code = await finished(name, argv, { FBF_FILE_TIMES: times });
  const counts = readJson(tests, {});
  const failed = counts.numFailedTests ?? 0;
  const skipped = (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0);
  return {
    name,
    passed: counts.numPassedTests ?? 0,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped,
    failures: failuresOf(counts.testResults ?? []),
    times: readJson(times, []),
  };
};

/** Runs the steps of a lane one after another. */
const lane = async (steps) => {
  const results = [];
  for (const step of steps) {
    const began = Date.now();
    const result = await step();
    results.push({ ...result, seconds: (Date.now() - began) / 1000 });
  }
  return results;
};

/** Runs groups of lanes: groups one after another, the lanes of a group at the same time. */
export const runAll = async (groups) => {
  const results = [];
  for (const lanes of groups) results.push(...(await Promise.all(lanes.map(lane))).flat());
  return report(results);
};
