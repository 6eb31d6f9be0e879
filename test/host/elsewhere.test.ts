import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Sample } from '../../src/lib/api.ts';
import { onBareMachine } from './bare-machine.ts';
import { hostUnderLoad, type HostUnderLoad } from './host-under-load.ts';
import { startLoad, whyNoCompiler } from './loads.ts';
import { PROGRAMS } from './programs.ts';
import { whyNoSshd, whyNot } from './sshd.ts';

const why = whyNoSshd() ?? whyNot('ldd') ?? whyNoCompiler;
const folder = mkdtempSync(join(tmpdir(), 'fbf-elsewhere-'));
let under: HostUnderLoad;

beforeAll(async () => {
  if (why === undefined) under = await hostUnderLoad(startLoad('spinner', folder).child, folder);
});
afterAll(async () => {
  if (why === undefined) await under.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a recording, and prints its flame graph. */
const reader = (recording: string, question: string): string => `
import { readFileSync } from 'node:fs';
import { connect } from '/repo/src/lib/index.ts';
const host = await connect(${JSON.stringify(`recording:${recording}`)});
const answer = await host.ask(${JSON.stringify(question)});
await answer.flamegraph().save('/f.svg');
process.stdout.write(readFileSync('/f.svg', 'utf8'));
await host.close();
`;

describe.skipIf(why)(
  `a recording on a machine without the programs and libraries that it shows (${why ?? 'runs'})`,
  () => {
    for (const { name: tool } of PROGRAMS)
      it(`has the same flame graph to the byte, taken by ${tool}`, async () => {
        const taken = (await under.host.profile({ seconds: 3, hz: 199, tool, maxCpu: 4 })) as Answer<Sample>;
        await taken.flamegraph().save(join(folder, 'f.svg'));
        const figure = readFileSync(join(folder, 'f.svg'), 'utf8');
        expect(figure).toContain('main');
        const root = join(folder, `root-${tool}`);
        expect(onBareMachine(root, taken.how.recording, reader(taken.how.recording, 'cpu-profile'))).toBe(figure);
      });
  },
);
