import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sayWarning } from '../../src/lib/recording/warning.ts';
import { startRecorder, type RecorderClient } from '../../src/recorder/client.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why = whyNoSshd();
/** The name of a run whose owner is dead: no process has that pid and start time. */
const DEAD = (nonce: string, sshd: Sshd): string => {
  const ns = /\d+/.exec(sshd.inside('readlink /proc/self/ns/pid'))?.[0] ?? '0';
  return `fbf_${nonce}_${ns}_4194000_1`;
};

let sshd: Sshd;
let client: RecorderClient;
beforeAll(async () => {
  if (why !== undefined) return;
  sshd = await startSshd({ logins: [{ name: 'plain' }] });
  client = await startRecorder(sshd.url('root'), { sshConfig: sshd.config });
});
afterAll(async () => {
  if (why !== undefined) return;
  await client.close();
  sshd.stop();
});

/**
 * What is left on the host on purpose, how it is removed, and how the audit names it. `needs`: on which hosts this
 * works.
 */
const PLANTS: readonly {
  kind: string;
  plant: (name: string) => string;
  pull: (name: string) => string;
  needs?: string;
}[] = [
  { kind: 'process', plant: (name) => `FBF_RUN=${name} setsid sleep 300 >/dev/null 2>&1 </dev/null &`, pull: () => 'pkill -x -f "sleep 300"' }, // prettier-ignore
  { kind: 'tracefs', plant: (name) => `mkdir /sys/kernel/tracing/instances/${name}`, pull: (name) => `rmdir /sys/kernel/tracing/instances/${name}`, needs: 'test -d /sys/kernel/tracing/instances' }, // prettier-ignore
  { kind: 'probe', plant: (name) => `echo 'p:${name}/x /bin/sleep:0x1000' >>/sys/kernel/tracing/uprobe_events`, pull: (name) => `echo '-:${name}/x' >>/sys/kernel/tracing/uprobe_events`, needs: 'test -w /sys/kernel/tracing/uprobe_events' }, // prettier-ignore
  { kind: 'bpf', plant: (name) => `FBF_RUN=${name} setsid bpftrace -e 'tracepoint:sched:sched_process_exec { @ = count(); }' >/dev/null 2>&1 </dev/null & n=0; until grep -qs prog_id /proc/$!/fdinfo/* || [ $n -gt 100 ]; do n=$((n+1)); sleep 0.2; done`, pull: () => 'pkill -x bpftrace; sleep 1', needs: 'command -v bpftrace' }, // prettier-ignore
  { kind: 'setting', plant: () => 'cat /proc/sys/kernel/perf_event_mlock_kb >/tmp/was_mlock; echo 123 >/proc/sys/kernel/perf_event_mlock_kb', pull: () => 'cat /tmp/was_mlock >/proc/sys/kernel/perf_event_mlock_kb; rm /tmp/was_mlock', needs: 'test -w /proc/sys/kernel/perf_event_mlock_kb' }, // prettier-ignore
  ...['/tmp', '/var/tmp', '/dev/shm'].map((dir) => ({ kind: 'file', plant: (name: string) => `: >${dir}/${name}.out`, pull: (name: string) => `rm ${dir}/${name}.out` })), // prettier-ignore
  { kind: 'socket', plant: (name) => `perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Local => "/run/$ARGV[0]", Listen => 1); sleep 300' ${name} >/dev/null 2>&1 & n=0; until [ -e /run/${name} ] || [ $n -gt 50 ]; do n=$((n+1)); sleep 0.1; done`, pull: (name) => `pkill -f 'IO::Socket::UNI[X]'; rm -f /run/${name}`, needs: 'command -v perl' }, // prettier-ignore
];

const can = (line: string | undefined): boolean => {
  try {
    return line === undefined || typeof sshd.inside(line) === 'string';
  } catch {
    return false;
  }
};

describe.skipIf(why)(`an audit (${why ?? 'runs'})`, () => {
  it('finds nothing on a clean host, and says what it compared', async () => {
    const { left, compared, running } = await client.audit();
    expect({ left, running }).toEqual({ left: [], running: [] });
    expect(compared.join('\n')).toMatch(/processes[^]*tracefs[^]*probes[^]*BPF[^]*files[^]*sockets[^]*settings/);
  });

  for (const [i, { kind, plant, pull, needs }] of PLANTS.entries())
    it(`finds ${kind} left on purpose (${String(i)})`, async ({ skip }) => {
      if (!can(needs)) skip(`this machine cannot have one: ${needs ?? ''}`);
      const name = DEAD(`a${String(i)}`, sshd);
      sshd.inside(plant(name));
      try {
        const found = (await client.audit()).left.filter((one) => one.kind === kind);
        expect(found).toHaveLength(1);
        expect(found[0]!.left).toContain(kind === 'setting' ? 'perf_event_mlock_kb' : name);
      } finally {
        sshd.inside(pull(name));
      }
      await expect.poll(async () => (await client.audit()).left, { timeout: 200_000 }).toEqual([]);
    });

  it('distinguishes running captures from leftovers', async () => {
    const other = await startRecorder(sshd.url('plain'), { sshConfig: sshd.config });
    const running = other.run('sleep 20', { seconds: 20 });
    running.catch(() => undefined);
    await other.sh(':');
    const found = async (): Promise<number> => (await client.audit()).running.length;
    await expect.poll(found, { timeout: 200_000 }).toBeGreaterThan(0);
    expect((await client.audit()).left).toEqual([]);
    await other.close();
    await expect.poll(found, { timeout: 200_000 }).toBe(0);
  });

  it('names what the login has no permission to see', async () => {
    const plain = await startRecorder(sshd.url('plain'), { sshConfig: sshd.config });
    expect((await plain.audit()).notChecked.join('\n')).toMatch(/belong to other users/);
    await plain.close();
  });
});

describe.skipIf(why)(`a connect (${why ?? 'runs'})`, () => {
  it('removes leftovers of dead runs, reports it, and keeps what has a living owner', async () => {
    const name = DEAD('b0', sshd);
    const instance = can('test -d /sys/kernel/tracing/instances');
    sshd.inside(`FBF_RUN=${name} setsid sleep 301 >/dev/null 2>&1 </dev/null & : >/tmp/${name}.x; ${instance ? `mkdir /sys/kernel/tracing/instances/${name}` : ':'}`); // prettier-ignore
    if (can('test -w /sys/kernel/tracing/uprobe_events'))
      sshd.inside(`echo 'p:${name}/x /bin/sleep:0x1000' >>/sys/kernel/tracing/uprobe_events`);
    sshd.inside(`FBF_RUN=fbf_b1_$(readlink /proc/self/ns/pid | tr -dc 0-9)_1_$(cut -d' ' -f22 /proc/1/stat) setsid sleep 302 >/dev/null 2>&1 </dev/null &`); // prettier-ignore
    const swept = await startRecorder(sshd.url('root'), { sshConfig: sshd.config });
    // The report names each leftover: processes by name and pid, files, tracefs instances.
    expect(swept.warnings.map(sayWarning)).toEqual([
      expect.stringMatching(new RegExp(`: ${name} sleep/\\d+ .*/tmp/${name}\\.x`)),
    ]);
    expect((await swept.audit()).left).toEqual([]);
    expect(sshd.inside('pgrep -f -x "sleep 30[12]" | wc -l').trim()).toBe('1');
    sshd.inside('pkill -f -x "sleep 302"');
    await swept.close();
  });
});
