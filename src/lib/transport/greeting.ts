/** Everything that we make on a host has a name that begins so. */
export const PREFIX = 'fbf_';

/** Environment variable that marks our processes there; its value is the name of the run that they belong to. */
export const MARK = 'FBF_RUN';

/**
 * A run's name is `fbf_NONCE_PIDNS_PID_START`: whose it is can be told from the name alone. Its owner lives where the
 * process PID of that process-id namespace started at START (clock ticks since boot); when not, what is left is swept.
 */
export const RUN_NAME = /^fbf_(?<nonce>[0-9a-f]+)_(?<ns>\d+)_(?<pid>\d+)_(?<start>\d+)$/;

/** POSIX sh text that names the shell that runs it as the owner of a run, and marks what it starts. */
export const own = (nonce: string): string =>
  'IFS= read -r fbf_l </proc/$$/stat; fbf_l=${fbf_l##*) }; set -- $fbf_l; ' +
  'fbf_ns=$(readlink /proc/self/ns/pid 2>/dev/null); fbf_ns=${fbf_ns#pid:?}; fbf_ns=${fbf_ns%?}; ' +
  `${MARK}=${PREFIX}${nonce}_\${fbf_ns:-0}_$$_\${20:-0}; export ${MARK}`;

/** Sets what every script relies on: the C locale, the places of tools that a non-root PATH leaves out, and the mark. */
export const greeting = (nonce: string): string =>
  'LC_ALL=C; export LC_ALL; unset ENV BASH_ENV CDPATH; ' +
  'PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; ' +
  `${own(nonce)}\n`;

/**
 * POSIX sh text that ends the control channel when nothing was heard for `limit` seconds: a link that falls silent
 * must not leave a shell behind for as long as sshd waits. `fbf_w SECONDS` begins anew with another limit; USR1 says
 * that something was heard. A TERM that comes while a sleep is being started must not leave that sleep behind: the trap
 * kills what it knows of, the loop looks once more when it knows, and KILL is used because a child of dash that is about
 * to become sleep still has the shell's trap, which would take a TERM and do nothing.
 */
export const watch = (limit: number): string => `fbf_watch() {
  exec >/dev/null 2>&1 </dev/null
  fbf_a=0 fbf_x= fbf_z=
  trap 'fbf_a=0' USR1; trap 'fbf_x=1; [ -z "$fbf_z" ] || kill -KILL $fbf_z' HUP TERM
  while kill -0 $$; do
    fbf_z=; sleep $((fbf_limit/10+1)) & fbf_z=$!
    [ -z "$fbf_x" ] || kill -KILL $fbf_z
    wait $fbf_z; while [ $? -gt 128 ] && kill -0 $fbf_z; do wait $fbf_z; done
    [ -z "$fbf_x" ] || exit 0
    fbf_a=$((fbf_a+fbf_limit/10+1))
    [ $fbf_a -le $fbf_limit ] && continue
    kill -TERM $$
    for fbf_f in $(grep -l "${MARK}=$${MARK}" /proc/[0-9]*/environ); do fbf_f=\${fbf_f#/proc/}; kill -TERM "\${fbf_f%%/*}"; done
    exit 0
  done
}
fbf_w() { fbf_limit=$1; [ -z "$fbf_T" ] || kill $fbf_T 2>/dev/null; fbf_watch & fbf_T=$!; }
fbf_T=; trap '' USR1; fbf_w ${limit}; trap 'kill $fbf_T 2>/dev/null' EXIT
`;
