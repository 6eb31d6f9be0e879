# shellcheck shell=sh disable=SC2086 # fbf_limit and pids are numbers
# Sent after greeting.sh. Parameter: fbf_limit.
# Ends the control channel after fbf_limit seconds without a message: when the link is dead, sshd would keep the shell for
# much longer. "fbf_w SECONDS" starts the watch, again with another limit; USR1 reports a message. A TERM that arrives
# while a sleep is being started must not leave that sleep behind: the trap kills the pid that it knows, and the loop
# checks again once it knows the pid. It uses KILL, since a child of dash that is about to exec sleep still has the
# shell's trap, which would swallow a TERM.

fbf_watch() {
  exec >/dev/null 2>&1 </dev/null
  fbf_a=0 fbf_x='' fbf_z=''
  trap 'fbf_a=0' USR1; trap 'fbf_x=1; [ -z "$fbf_z" ] || kill -KILL $fbf_z' HUP TERM
  while kill -0 $$; do
    fbf_z=; sleep $((fbf_limit/10+1)) & fbf_z=$!
    [ -z "$fbf_x" ] || kill -KILL $fbf_z
    wait $fbf_z; while [ $? -gt 128 ] && kill -0 $fbf_z; do wait $fbf_z; done
    [ -z "$fbf_x" ] || exit 0
    fbf_a=$((fbf_a+fbf_limit/10+1))
    [ $fbf_a -le $fbf_limit ] && continue
    kill -TERM $$
    for fbf_f in $(grep -l "FBF_RUN=$FBF_RUN" /proc/[0-9]*/environ); do fbf_f=${fbf_f#/proc/}; kill -TERM "${fbf_f%%/*}"; done
    exit 0
  done
}
fbf_w() { fbf_limit=$1; [ -z "$fbf_T" ] || kill $fbf_T 2>/dev/null; fbf_watch & fbf_T=$!; }
fbf_T=; trap '' USR1; fbf_w "$fbf_limit"; trap 'kill $fbf_T 2>/dev/null' EXIT
