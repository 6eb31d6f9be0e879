/** Prefix of the name of everything that we create on a host. */
export const PREFIX = 'fbf_';

/** Environment variable that marks our processes on the host; its value is the name of their run. */
export const MARK = 'FBF_RUN';

/**
 * POSIX sh text that names its own shell as the owner of a run, and marks all its children. The run's name
 * fbf_NONCE_PIDNS_PID_START identifies its owner: process PID of that PID namespace, started at START (clock ticks since
 * boot). If that process no longer exists, what the run left is removed.
 */
export const own = (nonce: string): string =>
  'IFS= read -r fbf_l </proc/$$/stat; fbf_l=${fbf_l##*) }; set -- $fbf_l; ' +
  'fbf_ns=$(readlink /proc/self/ns/pid 2>/dev/null); fbf_ns=${fbf_ns#pid:?}; fbf_ns=${fbf_ns%?}; ' +
  `${MARK}=${PREFIX}${nonce}_\${fbf_ns:-0}_$$_\${20:-0}; export ${MARK}`;

/**
 * Sets what every script relies on: the C locale, the folders of tools that a non-root PATH leaves out, and the mark.
 */
export const greeting = (nonce: string): string =>
  'LC_ALL=C; export LC_ALL; unset ENV BASH_ENV CDPATH; ' +
  'PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; ' +
  `${own(nonce)}\n`;

/**
 * POSIX sh text that ends the control channel after `limit` seconds without a message: when the link is dead, sshd
 * would keep the shell for much longer. `fbf_w SECONDS` starts again with another limit; USR1 reports a message. A
 * TERM that arrives while a sleep is being started must not leave that sleep behind: the trap kills the pid that it
 * knows, and the loop checks again once it knows the pid. It uses KILL, since a child of dash that is about to exec
 * sleep still has the shell's trap, which would swallow a TERM.
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
