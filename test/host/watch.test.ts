import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { greeting, watch } from '../../src/lib/transport/greeting.ts';

/** The command lines that contain a mark with this beginning. */
const marked = (mark: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const ours = readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`FBF_RUN=fbf_${mark}`);
        return ours ? [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')] : [];
      } catch {
        return [];
      }
    });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A control channel that restarts its watchdog and is closed immediately, `late` ms later. */
const closedEarly = async (nonce: string, late: number): Promise<void> => {
  const shell = spawn('sh', [], { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise((resolve) => shell.once('exit', resolve));
  shell.stdin.write(`${greeting(nonce)}${watch(45)}fbf_w 60\n:\nfbf_w 45\n`);
  await pause(late);
  shell.stdin.end();
  await ended;
};

it.skipIf(process.platform !== 'linux')(
  'a channel leaves no sleep process behind, whenever it is closed (needs Linux)',
  async () => {
    const mark = randomBytes(3).toString('hex');
    // A child of dash that is about to exec sleep ignores SIGTERM: one close in six left a sleep of 5 s.
    for (let i = 0; i < 120; i++) await closedEarly(`${mark}${i.toString(16).padStart(2, '0')}`, (i % 24) / 3);
    await pause(300);
    expect(marked(mark)).toEqual([]);
  },
);
