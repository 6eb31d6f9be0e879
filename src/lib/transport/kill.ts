import { hostProgram } from '../host-program.ts';
import { scriptHeader } from './quote.ts';

/** The script that kills all descendants of that process. */
export const killBelow = (pid: number): string =>
  scriptHeader({ fbf_above: pid }) + hostProgram('src/lib/transport/kill.sh');
