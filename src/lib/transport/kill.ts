/**
 * POSIX sh functions that end processes: `fbf_kids PID` prints the children of a process, `fbf_tree PID` all that
 * descend from it. Only builtins read /proc, so nothing is started for it; the third field after the name in
 * parentheses is the parent, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export const TREE = `fbf_kids() {
  for fbf_f in /proc/[0-9]*/stat; do
    IFS= read -r fbf_l <"$fbf_f" || continue
    fbf_r=\${fbf_l##*) }; fbf_r=\${fbf_r#* }
    [ "\${fbf_r%% *}" = "$1" ] && echo "\${fbf_l%% *}"
  done 2>/dev/null
}
fbf_tree() { for fbf_p in $(fbf_kids "$1"); do echo "$fbf_p"; ( fbf_tree "$fbf_p" ); done; }
`;

/** The script that kills all that descends from the process of that id: first asked, then made to. */
export const killBelow = (pid: number): string => `${TREE}
fbf_all=$(fbf_tree ${pid})
[ -n "$fbf_all" ] || exit 0
kill -TERM $fbf_all 2>/dev/null
fbf_n=0
while kill -0 $fbf_all 2>/dev/null && [ $fbf_n -lt 10 ]; do fbf_n=$((fbf_n+1)); sleep 0.1 || sleep 1; done
kill -KILL $fbf_all 2>/dev/null
exit 0
`;
