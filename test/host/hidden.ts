/** A command for the start of an sshd: a file that cannot be executed in the place of a tool hides it. */
export const hidden = (tool: string): string =>
  `f=$(readlink -f "$(command -v ${tool})"); : >/run/none; chmod 0 /run/none; mount --bind /run/none "$f"`;
