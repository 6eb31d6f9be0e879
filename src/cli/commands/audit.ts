import { readFileSync, writeFileSync } from 'node:fs';
import { FridayError } from '../../lib/errors.ts';
import { startRecorder, type Audit, type Leftover, type Snapshot } from '../../recorder/client.ts';
import { parsed } from '../arguments.ts';
import type { Command } from '../command.ts';
import { terminalPrompt } from '../terminal.ts';

const OPTIONS = {
  json: { type: 'boolean' },
  save: { type: 'string' },
  since: { type: 'string' },
} as const;

const usage = `fbf audit HOST [--json] [--save FILE] [--since FILE]

Looks for anything that Fast by Friday left on the host: processes, tracefs instances, entries of the *_events files,
BPF programs and pins, files in /tmp, /var/tmp and /dev/shm, Unix sockets; and for kernel settings that changed.
HOST is local:, ssh://[user@]host[:port] or a Host entry of ~/.ssh/config. Exit status 0: nothing is left; 1: something is.

  --save FILE    saves the host's present state, for a later --since
  --since FILE   compares settings with a saved state; default: with those at connect
  --json         prints the result as JSON`;

const readSnapshot = (file: string): Snapshot => {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(found) && found.every((line) => typeof line === 'string')) return found;
    throw new TypeError('not a list of lines');
  } catch (cause) {
    throw new FridayError('input', `${file}: expected a file that fbf audit --save wrote`, { next: 'Make one: fbf audit HOST --save FILE', cause }); // prettier-ignore
  }
};

const rows = (found: readonly Leftover[]): string[] => found.map(({ kind, left }) => `  ${kind.padEnd(8)} ${left}`);

/** The result of an audit, as text for a terminal. */
export const auditText = (url: string, { left, running, compared, notChecked }: Audit): string =>
  [
    left.length === 0 ? `${url}: Fast by Friday has left nothing.` : `${url}: Fast by Friday has left ${left.length}:`,
    ...rows(left),
    ...(running.length === 0 ? [] : ['In use by a recorder that is still running:', ...rows(running)]),
    'Compared:',
    ...compared.map((line) => `  ${line}`),
    ...(notChecked.length === 0 ? [] : ['Not checked:', ...notChecked.map((line) => `  ${line}`)]),
  ].join('\n');

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args, OPTIONS);
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0)
    throw new FridayError('usage', `fbf audit: expected one host, got ${positionals.length}`, {
      next: 'fbf audit ssh://HOST',
    });
  const before = values.since === undefined ? undefined : readSnapshot(values.since);
  const client = await startRecorder(url, { promptUser: terminalPrompt() });
  try {
    const found = await client.audit(before);
    if (values.save !== undefined) writeFileSync(values.save, `${JSON.stringify(found.snapshot, null, 1)}\n`);
    const { left, running, compared, notChecked } = found;
    const said = values.json ? JSON.stringify({ left, running, compared, notChecked }, null, 1) : auditText(url, found);
    process.stdout.write(`${said}\n`);
    return left.length === 0 ? 0 : 1;
  } finally {
    await client.close();
  }
};

export const command: Command = {
  summary: 'list what Fast by Friday has left on a host, and changed settings',
  usage,
  run,
};
