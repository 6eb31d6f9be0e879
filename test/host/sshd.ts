import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';

/**
 * A login of the simulated machine. `sudo` is the right-hand side of its sudoers line; a login with a password can be
 * used by typing it.
 */
export interface Login {
  readonly name: string;
  readonly shell?: string;
  /** Files of the home directory, e.g. a noisy .bashrc. */
  readonly home?: Readonly<Record<string, string>>;
  readonly sudo?: string;
  readonly password?: string;
  /** The test's key is not in authorized_keys. */
  readonly keyless?: true;
  readonly uid?: number;
}

export interface SshdOptions {
  readonly logins?: readonly Login[];
  /** `own`: its own network namespace, so that the link can be cut; `loopback`: 127.0.0.1 with a free port. */
  readonly net?: 'own' | 'loopback';
  /** Its own PID namespace (the default): an audit then sees only this machine. */
  readonly pids?: 'own' | 'shared';
  /** MaxSessions of sshd_config; default 50. */
  readonly sessions?: number;
  /** Further lines of sshd_config and of every ssh_config entry. */
  readonly sshd?: readonly string[];
  readonly ssh?: readonly string[];
  /** Shell lines run as root inside the machine before its sshd starts: mounts over tools, hidepid. */
  readonly before?: readonly string[];
}

export interface Sshd {
  /** `ssh://NAME` of a login (default root); NAME is an alias in `config`. */
  url(login?: string): string;
  /** An ssh_config to pass as FBF_SSH_CONFIG or `sshConfig`. */
  readonly config: string;
  readonly dir: string;
  readonly address: string;
  readonly port: number;
  /** The network namespace, if it has its own; `link` is our end of its veth pair. */
  readonly netns: string | undefined;
  readonly link: string | undefined;
  /** Runs a shell line inside the machine as root; returns its output. */
  inside(line: string): string;
  /** The pid on this machine of the simulated machine's init. */
  readonly pid: number;
  log(): string;
  stop(): void;
}

/** Why no sshd can be simulated here; undefined if it can. */
export const whyNoSshd = (): string | undefined => {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root: a mount, network and process namespace with its own logins';
  for (const tool of ['/usr/sbin/sshd', '/usr/bin/ssh', '/usr/bin/nsenter', '/usr/bin/unshare'])
    try {
      accessSync(tool, constants.X_OK);
    } catch {
      return `needs ${tool} (apt-get install openssh-server openssh-client util-linux)`;
    }
  return whyNot('ip');
};

/** Why a test cannot run here: a tool that it needs is not installed; undefined if it can run. */
export const whyNot = (tool: string | undefined): string | undefined => {
  if (tool === undefined) return undefined;
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(':');
  return folders.some((folder) => existsSync(join(folder, tool))) ? undefined : `needs ${tool}`;
};

const run = (argv: readonly string[]): string => {
  const [file = '', ...rest] = argv;
  return execFileSync(file, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
};

const SUDOERS = ['Defaults env_reset,use_pty', 'root ALL=(ALL:ALL) ALL'];
const ROOT: Login = { name: 'root', uid: 0 };

/**
 * Writes passwd, shadow, group and sudoers of the simulated machine, and a home for each login; the real ones stay
 * unchanged.
 */
const writeLogins = (dir: string, logins: readonly Login[], key: string, firstUid: number): void => {
  const passwd = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('root:'));
  const shadow = readFileSync('/etc/shadow', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('root:'));
  const group = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const sudoers = [...SUDOERS];
  mkdirSync(join(dir, 'keys'));
  for (const [i, login] of logins.entries()) {
    const uid = login.uid ?? firstUid + i;
    const home = join(dir, 'home', login.name);
    mkdirSync(home, { recursive: true });
    for (const [name, text] of Object.entries(login.home ?? {})) {
      mkdirSync(join(home, name, '..'), { recursive: true });
      writeFileSync(join(home, name), text);
    }
    run(['chown', '-R', `${String(uid)}:${String(uid)}`, home]);
    const hash = login.password === undefined ? '*' : run(['openssl', 'passwd', '-6', login.password]).trim();
    passwd.push(`${login.name}:x:${String(uid)}:${String(uid)}::${home}:${login.shell ?? '/bin/sh'}`);
    shadow.push(`${login.name}:${hash}:19000:0:99999:7:::`);
    if (uid !== 0) group.push(`${login.name}:x:${String(uid)}:`);
    if (login.sudo !== undefined) sudoers.push(`${login.name} ${login.sudo}`);
    if (login.keyless === undefined) writeFileSync(join(dir, 'keys', login.name), key);
  }
  writeFileSync(join(dir, 'passwd'), `${passwd.join('\n')}\n`);
  writeFileSync(join(dir, 'shadow'), `${shadow.join('\n')}\n`, { mode: 0o640 });
  writeFileSync(join(dir, 'group'), `${group.join('\n')}\n`);
  writeFileSync(join(dir, 'sudoers'), `${sudoers.join('\n')}\n`, { mode: 0o440 });
};

const writeConfigs = (dir: string, at: { address: string; port: number }, logins: readonly Login[], o: SshdOptions) => {
  writeFileSync(
    join(dir, 'sshd_config'),
    [
      `Port ${String(at.port)}`,
      `ListenAddress ${at.address}`,
      `HostKey ${dir}/hostkey`,
      `PidFile none`,
      `AuthorizedKeysFile ${dir}/keys/%u`,
      ...[
        'StrictModes no',
        'UsePAM no',
        'PermitRootLogin yes',
        'PrintMotd no',
        'UseDNS no',
        `MaxSessions ${String(o.sessions ?? 50)}`,
        'MaxStartups 100',
      ],
      ...(o.sshd ?? []),
    ].join('\n') + '\n',
  );
  const name = at.port === 22 ? at.address : `[${at.address}]:${String(at.port)}`;
  writeFileSync(join(dir, 'known_hosts'), `${name} ${readFileSync(join(dir, 'hostkey.pub'), 'utf8')}`);
  const entries = logins.map((login) =>
    [
      `Host ${login.name}`,
      `HostName ${at.address}`,
      `Port ${String(at.port)}`,
      `User ${login.name}`,
      `IdentityFile ${dir}/key`,
      ...[
        'IdentitiesOnly yes',
        'IdentityAgent none',
        `UserKnownHostsFile ${dir}/known_hosts`,
        'GlobalKnownHostsFile /dev/null',
      ],
      ...(o.ssh ?? []),
    ].join('\n  '),
  );
  writeFileSync(join(dir, 'ssh_config'), `${entries.join('\n')}\n`);
};

/**
 * A veth pair to a new network namespace, with random addresses from 10.192.0.0/10, so that concurrent runs do not
 * collide.
 */
const ownNet = (): { netns: string; link: string; address: string } => {
  const id = Math.floor(Math.random() * 2 ** 20);
  const tag = id.toString(36);
  const [netns, link, far] = [`fbfA${tag}`, `fbfA${tag}`, `fbfa${tag}`];
  const prefix = `10.${String(192 + (id >> 14))}.${String((id >> 6) & 255)}.${String((id & 63) << 2)}`;
  const base = Number(prefix.split('.')[3]);
  const net = prefix.split('.').slice(0, 3).join('.');
  run(['ip', 'netns', 'add', netns]);
  run(['ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', far, 'netns', netns]);
  run(['ip', 'addr', 'add', `${net}.${String(base + 1)}/30`, 'dev', link]);
  run(['ip', 'link', 'set', link, 'up']);
  run(['ip', '-n', netns, 'addr', 'add', `${net}.${String(base + 2)}/30`, 'dev', far]);
  run(['ip', '-n', netns, 'link', 'set', far, 'up']);
  run(['ip', '-n', netns, 'link', 'set', 'lo', 'up']);
  return { netns, link, address: `${net}.${String(base + 2)}` };
};

const answers = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, address);
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

const bootLines = (dir: string, o: SshdOptions): string =>
  [
    'set -e',
    'mkdir -p /run/sshd',
    ...['passwd', 'shadow', 'group', 'sudoers'].map((file) => `mount --bind ${dir}/${file} /etc/${file}`),
    '[ ! -d /sys/kernel/tracing ] || mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || :',
    ...(o.before ?? []),
    `/usr/sbin/sshd -D -e -f ${dir}/sshd_config & `,
    'wait',
  ].join('\n');

const firstChild = (pid: number): number => {
  const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
    .trim()
    .split(' ');
  return Number(children[0] ?? '0') || pid;
};

const waitFor = async (address: string, port: number, log: () => string): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    if (await answers(address, port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no sshd answers at ${address}:${String(port)}: ${log()}`);
};

/**
 * Starts a real sshd on a simulated machine with its own logins, its own PID namespace and, on request, its own
 * network. Call `stop()` at the end.
 */
export const startSshd = async (options: SshdOptions = {}): Promise<Sshd> => {
  const { net = 'loopback', pids = 'own' } = options;
  const dir = mkdtempSync(join(tmpdir(), 'sshd-fbf-'));
  chmodSync(dir, 0o755);
  const own = net === 'own' ? ownNet() : undefined;
  const address = own?.address ?? '127.0.0.1';
  const port = own ? 22 : await freePort();
  const logins = [...(options.logins ?? []), ROOT];
  run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'hostkey')]);
  run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'key')]);
  writeLogins(dir, logins, readFileSync(join(dir, 'key.pub'), 'utf8'), 200_000 + Math.floor(Math.random() * 1e6) * 50);
  writeConfigs(dir, { address, port }, logins, options);
  let log = '';
  const unshare = [
    'unshare',
    '-m',
    '--propagation',
    'private',
    ...(pids === 'own' ? ['-p', '--fork', '--kill-child', '--mount-proc'] : []),
  ];
  const argv = [
    ...(own ? ['nsenter', `--net=/run/netns/${own.netns}`] : []),
    ...unshare,
    'sh',
    '-c',
    bootLines(dir, options),
  ];
  const child: ChildProcess = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout?.on('data', (bytes: Buffer) => (log += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (log += bytes.toString()));
  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    process.off('exit', stop);
    for (const pid of pids === 'own' ? [] : [firstChild(child.pid ?? 0)]) process.kill(pid, 'SIGTERM');
    child.kill('SIGKILL');
    if (own) run(['ip', 'netns', 'del', own.netns]);
    rmSync(dir, { recursive: true, force: true });
  };
  process.on('exit', stop);
  try {
    await waitFor(address, port, () => log);
  } catch (error) {
    stop();
    throw error;
  }
  const pid = pids === 'own' ? firstChild(child.pid ?? 0) : (child.pid ?? 0);
  return {
    url: (login = 'root') => `ssh://${login}`,
    config: join(dir, 'ssh_config'),
    dir,
    address,
    port,
    netns: own?.netns,
    link: own?.link,
    pid,
    inside: (line) => run(['nsenter', `--target=${String(pid)}`, '--mount', '--net', '--pid', 'sh', '-c', line]),
    log: () => log,
    stop,
  };
};
