import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byClient, byCommand, DEATHS, dieOnce, instancesLeft, LOGINS, SIGNALS, USERS } from '../host/deaths.ts';
import { startForeign, type Foreign } from '../host/foreign.ts';
import { startSshd, whyNoSshd, whyNot } from '../host/sshd.ts';

const why = whyNoSshd();
const times = Number(process.env['FBF_SOAK_TIMES'] ?? '20');

const RECORDERS = [
  { by: 'the client', start: byClient, deaths: DEATHS },
  { by: 'fbf look', start: byCommand, deaths: [...DEATHS, ...SIGNALS] },
];

let foreign: Foreign;
beforeAll(() => {
  if (why === undefined) foreign = startForeign();
});
afterAll(() => {
  if (why === undefined) foreign.stop();
});

/** Each death with each kind of login, repeated; each on its own simulated machine, five at a time. */
for (const { by, start, deaths } of RECORDERS)
  describe.skipIf(why).concurrent(`recorded by ${by}, after each death (${why ?? 'runs'})`, () => {
    for (const user of USERS)
      for (const death of deaths) {
        const not = whyNot(death.needs);
        const name = `${String(times)} of ${String(times)} recordings as ${user} leave nothing behind after ${death.name}`;
        it.skipIf(not)(`${name} (${not ?? 'runs'})`, async () => {
          const sshd = await startSshd({ net: 'own', logins: LOGINS });
          const failed: unknown[] = [];
          try {
            for (let i = 0; i < times; i++)
              await dieOnce(sshd, user, death, start).catch((error: unknown) => failed.push(error));
          } finally {
            sshd.stop();
          }
          expect(failed).toEqual([]);
        });
      }
  });

describe.skipIf(why)(`the tracefs of all these machines (${why ?? 'runs'})`, () => {
  it('holds no instance of ours', () => {
    expect(instancesLeft()).toEqual([]);
  });
});

describe.skipIf(why)(`the tracers of somebody else (${why ?? 'runs'})`, () => {
  it('run on unharmed beside all these', () => {
    foreign.check();
  });
});
