import type { RecorderClient } from '../../../recorder/client.ts';
import { hostProgram } from '../../host-program.ts';
import type { SudoTool } from '../../questions/way.ts';

/** What sudo lets a login do. */
export interface Sudo {
  /** 'tools': single programs only, without a password; 'asks': everything, with a password. */
  readonly may: 'yes' | 'asks' | 'tools' | 'no' | 'missing';
  /** The programs, by the last word of their path, if that is all: with any arguments, as root, without a password. */
  readonly tools: Readonly<Record<string, SudoTool>>;
}

/** Prints what sudoers allow the login. It changes nothing, but sudo logs that it was tried. */
export const SUDO_SCRIPT = hostProgram('src/lib/session/check/sudo.sh');

/** How the caller allows sudo. */
export const AS_ROOT = "connect(url, { allow: ['sudo'] }), or --sudo of fbf";

/** An entry of `sudo -l`: the users as whom, then commands, each behind the tags that hold from it on. */
const ENTRY = /\(([^()]*)\)((?:(?!\([^()]*\) ).)*)/g;
const TAGS = /^((?:[A-Z]+: )*)(.*)$/;
const COMMAND = /^\/[\w./+-]*\/([\w.+-]+)$/;

/** The commands of one entry that need no password and take any arguments, with their tags. */
const commandsOf = (list: string): readonly (readonly [string, SudoTool])[] => {
  let isFree = false;
  let setenv = false;
  return list.split(', ').flatMap((item) => {
    const [, tags = '', path = ''] = TAGS.exec(item.trim()) ?? [];
    for (const tag of tags.split(' ')) {
      if (tag === 'NOPASSWD:' || tag === 'PASSWD:') isFree = tag === 'NOPASSWD:';
      if (tag === 'SETENV:' || tag === 'NOSETENV:') setenv = tag === 'SETENV:';
    }
    const tool = COMMAND.exec(path)?.[1];
    return isFree && tool !== undefined ? [[tool, { path, setenv }] as const] : [];
  });
};

const toolsOf = (said: string): Sudo['tools'] => {
  const [, list = ''] = said.split('may run the following commands');
  const entries = list.matchAll(ENTRY).filter(([, users = '']) => /^(.*, )?(root|ALL)\b/.test(users.trim()));
  return Object.fromEntries(entries.flatMap(([, , commands = '']) => commandsOf(commands)));
};

/** Reads what SUDO_SCRIPT printed; ignores other lines. */
export const readSudo = (printed: string): Sudo => {
  const line = printed.split('\n').find((each) => each.startsWith('sudo ')) ?? 'sudo missing';
  const said = line.slice('sudo '.length).trim();
  if (said === 'missing') return { may: said, tools: {} };
  if (/NOPASSWD: (.*, )?ALL\b/.test(said)) return { may: 'yes', tools: {} };
  if (/password is required|a terminal is required/.test(said) || /\) (SETENV: )?ALL\b/.test(said))
    return { may: 'asks', tools: {} };
  const tools = toolsOf(said);
  return { may: Object.keys(tools).length > 0 ? 'tools' : 'no', tools };
};

/** Whether everything is to run as root: sudo is wanted, and as far as is known it allows more than single programs. */
export const triesRoot = ({
  sudo,
  sudoers,
}: {
  readonly sudo: boolean;
  readonly sudoers?: Sudo | undefined;
}): boolean => sudo && sudoers?.may !== 'tools';

/** What sudo lets the login of a connected host do: one round trip. Not known if sudo does not answer. */
export const lookAtSudo = async (client: Pick<RecorderClient, 'sh'>): Promise<Sudo | undefined> => {
  const answer = await client.sh(SUDO_SCRIPT).catch(() => undefined);
  return answer && readSudo(Buffer.from(answer.stdout).toString('utf8'));
};
