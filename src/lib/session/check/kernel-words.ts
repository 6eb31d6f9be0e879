import type { HostSeen } from './host.ts';

/** Commands that change a host: printed, never run. */
export const MOUNT = 'sudo mount -t tracefs nodev /sys/kernel/tracing';
export const REMOUNT = 'sudo mount -o remount,mode=755';

export const PSI_FILES = '/proc/pressure';

/** Why there is no pressure, and what you can do about it: https://docs.kernel.org/accounting/psi.html */
export const PRESSURE: Readonly<
  Record<Exclude<HostSeen['pressure'], 'on'>, { readonly tool: string; readonly fix: string }>
> = {
  off: { tool: 'built in, but turned off', fix: 'boot the kernel with psi=1' },
  'not built in': { tool: 'not built in (CONFIG_PSI)', fix: 'none on this kernel' },
  unknown: {
    tool: `${PSI_FILES} does not exist`,
    fix: 'boot the kernel with psi=1, if it was built with CONFIG_PSI (from 4.20 on)',
  },
};
