// Makes `fbf` callable from any folder, as the user chooses: with a link in ~/.local/bin, or a line for the shell's
// PATH.
import { lstatSync, mkdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Missing, root } from './setup.js';

const command = join(root, 'bin', 'fbf');

const real = (path) => {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
};

/** Whether `fbf` in a shell with this PATH is this clone's. */
export const isCallable = (path = '') => {
  const found = path.split(delimiter).find((folder) => folder !== '' && real(join(folder, 'fbf')) !== undefined);
  return found !== undefined && real(join(found, 'fbf')) === real(command);
};

/** Tells how to make `fbf` callable. */
export const howToCall = () =>
  `fbf from any folder: npm start -- --link (makes ~/.local/bin/fbf), or export PATH="${join(root, 'bin')}:$PATH"`;

/** What is at `path`: nothing, a link to an fbf of some clone, or something else. */
const lying = (path) => {
  try {
    const isLink = lstatSync(path).isSymbolicLink();
    return isLink && /\/bin\/fbf(\.js)?$/.test(readlinkSync(path)) ? 'ours' : 'other';
  } catch {
    return 'nothing';
  }
};

/** Creates the link below `home` and returns the message for the user. */
export const link = (home, path = '') => {
  const folder = join(home, '.local', 'bin');
  const at = join(folder, 'fbf');
  if (lying(at) === 'other') throw new Missing(`${at} is another program's: move it away, then npm start -- --link`);
  rmSync(at, { force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(command, at);
  const found = isCallable(path) ? 'Try: fbf help' : `Not on your PATH yet: export PATH="${folder}:$PATH"`;
  return `${at} -> ${command}\n${found}`;
};
