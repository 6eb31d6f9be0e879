# shellcheck shell=sh disable=SC2086 # lists of pids are split
# Parameter: fbf_above.
# Kills all descendants of the process fbf_above: SIGTERM first, then SIGKILL. It finds the children in one pass over
# /proc: the parent is the second field after the name in parentheses,
# https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html

fbf_below() {
  fbf_pairs=$(sed -n 's/^\([0-9]*\) (.*) [A-Za-z] \([0-9]*\) .*/\1:\2/p' /proc/[0-9]*/stat)
  fbf_all=" $1 "; fbf_more=1
  while [ -n "$fbf_more" ]; do
    fbf_more=
    for fbf_p in $fbf_pairs; do
      case $fbf_all in *" ${fbf_p%:*} "*) continue;; *" ${fbf_p#*:} "*) fbf_all="$fbf_all${fbf_p%:*} "; fbf_more=1;; esac
    done
  done
  echo "${fbf_all#" $1 "}"
} 2>/dev/null
for fbf_s in TERM KILL KILL; do
  fbf_b=$(fbf_below "$fbf_above"); fbf_n=0
  kill -$fbf_s $fbf_b 2>/dev/null
  while [ -n "$fbf_b" ] && [ $fbf_n -lt 5 ]; do fbf_n=$((fbf_n+1)); sleep 0.1 || sleep 1; fbf_b=$(fbf_below "$fbf_above"); done
done
exit 0
