import { describe, expect, it } from 'vitest';
import { DEATHS, LOGINS, USERS, dieOnce } from '../host/deaths.ts';
import { startSshd, whyNoSshd, whyNot } from '../host/sshd.ts';

const why = whyNoSshd();
const times = Number(process.env['FBF_SOAK_TIMES'] ?? '20');

/** Every death, as every kind of user, so many times; each of these on a machine of its own, five side by side. */
describe.skipIf(why).concurrent(`after each death (${why ?? 'runs'})`, () => {
  for (const user of USERS)
    for (const death of DEATHS) {
      const not = whyNot(death.needs);
      const name = `${String(times)} of ${String(times)} recordings as ${user} leave nothing behind after ${death.name}`;
      it.skipIf(not)(`${name} (${not ?? 'runs'})`, async () => {
        const sshd = await startSshd({ net: 'own', logins: LOGINS });
        const failed: unknown[] = [];
        try {
          for (let i = 0; i < times; i++)
            await dieOnce(sshd, user, death).catch((error: unknown) => failed.push(error));
        } finally {
          sshd.stop();
        }
        expect(failed).toEqual([]);
      });
    }
});
