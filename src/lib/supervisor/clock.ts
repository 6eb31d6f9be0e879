import { hostProgram } from '../host-program.ts';
import type { ClockPair } from '../recording/format.ts';
import { quote } from '../transport/quote.ts';
import type { Transport } from '../transport/transport.ts';

/** The clock of your machine: unix seconds that do not jump while this process lives. */
export const notebookNow = (): number => (performance.timeOrigin + performance.now()) / 1000;

/** Started once and asked several times, so that its start-up time does not count as clock error. */
const SCRIPT = `perl -e ${quote(hostProgram('src/lib/supervisor/clock.pl'))}`;
const ROUNDS = 3;
const TIMEOUT = 20_000;

/** Of several answers the one with the shortest round trip is the best: the host's time lies within half of it. */
const askPerl = async (transport: Transport): Promise<ClockPair | undefined> => {
  let best: ClockPair | undefined;
  let sent = 0;
  let rounds = 0;
  let heard = '';
  const ask = (say: (text: string) => void): void => {
    sent = notebookNow();
    say('\n');
  };
  const listen = (text: string, say: (text: string) => void): void => {
    const now = notebookNow();
    heard += text;
    for (let end = heard.indexOf('\n'); end >= 0; end = heard.indexOf('\n')) {
      const line = heard.slice(0, end);
      heard = heard.slice(end + 1);
      const [monotonic = NaN, boottime = 0, realtime = NaN] = line.split(' ').map(Number);
      const error = (now - sent) / 2;
      if (line !== 'ready' && !Number.isFinite(monotonic + realtime)) continue;
      if (line !== 'ready' && (best === undefined || error < best.error))
        best = { monotonic, boottime: boottime || monotonic, realtime, notebook: sent + error, error };
      if (rounds++ < ROUNDS) ask(say);
      else say('q');
    }
  };
  const { status } = await transport.sh(SCRIPT, { talk: listen, timeout: TIMEOUT });
  return status === 0 ? best : undefined;
};

/** Without perl: /proc/uptime (10 ms) before and after date, which prints nanoseconds or, in busybox, only seconds. */
const askShell = async (transport: Transport): Promise<ClockPair> => {
  const sent = notebookNow();
  const { stdout } = await transport.sh('cat /proc/uptime; date +%s.%N; cat /proc/uptime', { timeout: TIMEOUT });
  const now = notebookNow();
  const [first = '', date = '', last = ''] = Buffer.from(stdout).toString('latin1').split('\n');
  const [from, to] = [Number.parseFloat(first), Number.parseFloat(last)];
  const boottime = (from + to) / 2;
  const whole = !/^\d+\.\d+$/.test(date);
  const realtime = Number.parseFloat(date) + (whole ? 0.5 : 0);
  // CLOCK_MONOTONIC differs from CLOCK_BOOTTIME by the suspended time, which does not change while the host answers
  return {
    monotonic: boottime,
    boottime,
    realtime,
    notebook: (sent + now) / 2,
    error: (now - sent) / 2 + 0.01 + (whole ? 0.5 : 0),
  };
};

/** One moment on all clocks of the host and on ours, with the possible error. */
export const readClocks = async (transport: Transport, hasPerl: boolean): Promise<ClockPair> =>
  (hasPerl ? await askPerl(transport) : undefined) ?? (await askShell(transport));
