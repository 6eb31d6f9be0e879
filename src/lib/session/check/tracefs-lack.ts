import { AS_ROOT } from '../../questions/needs.ts';
import type { HostRights, Lack } from '../../questions/way.ts';
import type { HostSeen } from './host.ts';
import { MOUNT, REMOUNT } from './kernel-words.ts';

interface Running {
  readonly tool: string;
  readonly rights: HostRights;
  readonly seen: HostSeen;
}

/** Whether the tracefs was looked at by the user as whom the tool will run: otherwise nothing is known of it. */
const isKnown = ({ tool, rights, seen }: Running): boolean =>
  seen.root ? rights.root : !rights.root && rights.sudoTools?.[tool] === undefined;

const NONE = 'none on this kernel';

/** Why a tool finds no tracepoints, or not those that its program needs ('sched/sched_switch'); undefined if it does. */
export const tracefsLack = (needed: readonly string[], running: Running): Lack | undefined => {
  const { tool, seen } = running;
  if (!isKnown(running)) return undefined;
  switch (seen.tracefs) {
    case 'not built in':
      return { verdict: 'no', why: 'tracefs is not built into the kernel (CONFIG_TRACING)', fix: NONE };
    case 'not mounted':
      // perf mounts it by itself, as root.
      return tool === 'perf' && seen.root ? undefined : { verdict: 'no', why: 'tracefs is not mounted', fix: MOUNT };
    case 'not allowed':
      return { verdict: 'not allowed', why: `only root may read ${seen.mounted}`, fix: `${AS_ROOT}; or ${REMOUNT} ${seen.mounted}` }; // prettier-ignore
    case 'readable': {
      const missing = needed.filter((event) => seen.events.get(event) === false);
      if (missing.length === 0) return undefined;
      const why = `tracepoints are not built into the kernel: ${missing.join(', ')}`;
      return { verdict: 'no', why, fix: NONE };
    }
  }
};
