import { afterAll, beforeAll, describe, it } from 'vitest';
import { DEATHS, LOGINS, USERS, dieOnce } from './deaths.ts';
import { startForeign, type Foreign } from './foreign.ts';
import { startSshd, whyNoSshd, whyNot, type Sshd } from './sshd.ts';

const why = whyNoSshd();
let sshd: Sshd;
let foreign: Foreign;
beforeAll(async () => {
  if (why !== undefined) return;
  foreign = startForeign();
  sshd = await startSshd({ net: 'own', logins: LOGINS });
});
afterAll(() => {
  if (why !== undefined) return;
  sshd.stop();
  foreign.stop();
});

for (const user of USERS)
  describe.skipIf(why)(`recording as ${user} (${why ?? 'runs'})`, () => {
    for (const death of DEATHS) {
      const not = whyNot(death.needs);
      it.skipIf(not)(`leaves nothing behind after ${death.name} (${not ?? 'runs'})`, () => dieOnce(sshd, user, death));
    }
  });

describe.skipIf(why)(`the tracers of somebody else (${why ?? 'runs'})`, () => {
  it('run on unharmed beside all these', () => {
    foreign.check();
  });
});
