import { hostProgram } from '../host-program.ts';
import { scriptHeader } from '../transport/quote.ts';

/** Folders in which tools leave files. */
export const TEMP = '/tmp /var/tmp /dev/shm';

/** Where the scripts look: https://docs.kernel.org/trace/ftrace.html has the mount points of tracefs. */
export const PLACES = scriptHeader({
  fbf_temp: TEMP,
  fbf_tracefs: '/sys/kernel/tracing /sys/kernel/debug/tracing',
});

export const NAMES = hostProgram('src/lib/supervisor/names.sh');

/** POSIX sh functions that find and remove our processes, files and tracefs objects. */
export const CLEANING = PLACES + NAMES + hostProgram('src/lib/supervisor/clean.sh');
