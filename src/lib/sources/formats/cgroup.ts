/** What a process's cgroup says about it: its service, container or pod. */
export interface Belonging {
  readonly cgroup: string;
  /** The systemd unit: 'nginx.service', 'session-3.scope'; '' for none. */
  readonly unit: string;
  /** The first 12 digits of the container's id, as docker ps shows it, or its name (LXC, machined); '' for none. */
  readonly container: string;
  /** The uid of the Kubernetes pod; '' for none. */
  readonly pod: string;
}

const LINE = /^(\d+):([^:]*):(.*)$/;
const UNIT = /\.(service|scope|socket|mount|swap)$/;
const CONTAINER = /(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:[/:]|$)/;
const NAMED = /(?:\/lxc(?:\.payload)?[./]|\/machine\.slice\/machine-|\/machine\/)([^/]+?)(?:\.scope)?(?:\/|$)/;
const POD = /pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})/;

/** The most specific path: that of cgroup v2, else of systemd's own tree, else of the CPU controller. */
const pathIn = (text: string): string => {
  const found = text.split('\n').flatMap((line) => {
    const [, , controllers, path] = LINE.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers, path }];
  });
  const rank = (controllers: string): number =>
    controllers === '' ? 0 : controllers === 'name=systemd' ? 1 : controllers.split(',').includes('cpu') ? 2 : 3;
  const real = found.filter(({ path }) => path !== '/');
  return (real.length > 0 ? real : found).sort((a, b) => rank(a.controllers) - rank(b.controllers))[0]?.path ?? '';
};

/** Parses /proc/PID/cgroup: https://man7.org/linux/man-pages/man7/cgroups.7.html */
export const belonging = (text: string): Belonging => {
  const cgroup = pathIn(text);
  const parts = cgroup.split('/');
  const unit = parts.findLast((part) => UNIT.test(part)) ?? parts.findLast((part) => part.endsWith('.slice')) ?? '';
  const id = CONTAINER.exec(cgroup)?.[1]?.slice(0, 12) ?? NAMED.exec(cgroup)?.[1] ?? '';
  return { cgroup, unit, container: id, pod: POD.exec(cgroup)?.[1]?.replaceAll('_', '-') ?? '' };
};
