import { MARK, PREFIX } from '../transport/greeting.ts';

/**
 * POSIX sh functions about names of runs (see transport/greeting.ts). `fbf_lives NAME`: whether the owner of that run
 * lives. A run of another PID namespace counts as alive, since its owner cannot be checked from here; a name that is
 * not a run's counts as dead. `fbf_marked`: prints `PID NAME` for each process with our mark whose environment we may
 * read.
 */
export const NAMES = `fbf_here=$(readlink /proc/self/ns/pid 2>/dev/null); fbf_here=\${fbf_here#pid:?}; fbf_here=\${fbf_here%?}
fbf_lives() {
  case $1 in ${PREFIX}*_*_*_*) ;; *) return 1;; esac
  fbf_o=\${1#${PREFIX}*_}; [ "\${fbf_o%%_*}" = "\${fbf_here:-0}" ] || return 0
  fbf_o=\${fbf_o#*_}; fbf_s=\${fbf_o#*_}
  IFS= read -r fbf_l 2>/dev/null <"/proc/\${fbf_o%%_*}/stat" || return 1
  fbf_l=\${fbf_l##*) }; set -- $fbf_l
  [ "\${20}" = "\${fbf_s%%[!0-9]*}" ]
}
fbf_marked() {
  for fbf_f in $(grep -l '${MARK}=${PREFIX}' /proc/[0-9]*/environ 2>/dev/null); do
    fbf_m=$(tr '\\000' '\\n' 2>/dev/null <"$fbf_f" | sed -n 's/^${MARK}=//p')
    fbf_f=\${fbf_f#/proc/}
    [ -n "$fbf_m" ] && echo "\${fbf_f%%/*} $fbf_m"
  done
}
`;
