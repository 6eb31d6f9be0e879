/** Mount points of cgroup trees: v2 alone, v2 beside v1, and v1's controllers. */
const ROOT = /^\/sys\/fs\/cgroup(?:\/(?:unified|cpu|cpu,cpuacct|memory|pids))?(?=\/)/;

/** The cgroup of a file in /sys/fs/cgroup, as /proc/PID/cgroup names it: '/system.slice/nginx.service'. */
export const cgroupOf = (path: string): string => {
  const inside = path.replace(ROOT, '');
  return inside.slice(0, inside.lastIndexOf('/')) || '/';
};

/** The file's name: 'cpu.stat'. */
export const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
