# shellcheck shell=sh disable=SC2086 # lists of pids, and fields of stat, are split
# The supervisor: runs one program, and ends it whoever notices that the recorder is gone. Sent after clean.sh, to `sh -s`,
# once that has said `go`. Its standard input is the heartbeat: a line each 3 s, `cost` to ask for the cost, `stop` to
# end the capture. On standard output the program's own output follows the mark @@fbf.NONCE@@. Parameters: fbf_nonce,
# fbf_tick (seconds between two looks of the timer), fbf_limit (seconds without a heartbeat), fbf_deadline (seconds),
# fbf_first (1: remove leftovers of dead runs first), fbf_signal (what asks the program to stop: TERM, INT), fbf_grace
# (seconds that it then has for its last output), fbf_serves (1: the cost includes the sshd that serves us, which several
# supervisors share), FBF_PROGRAM (the program, POSIX sh).

fbf_say() { printf '%s%s' '@@fbf.' "$fbf_nonce $1@@" >&2; }

# CPU ticks (including children that were waited for) and peak KB of our processes and of the sshd that serves us.
fbf_ticks() {
  fbf_t=0
  for fbf_p in "$@"; do
    IFS= read -r fbf_l <"/proc/$fbf_p/stat" || continue
    fbf_l=${fbf_l##*) }; set -- $fbf_l; fbf_t=$((fbf_t+${12}+${13}+${14}+${15}))
  done
} 2>/dev/null
fbf_peak() {
  fbf_k=0
  for fbf_p in "$@"; do
    while read -r fbf_a fbf_b fbf_c; do [ "$fbf_a" = VmHWM: ] && { fbf_k=$((fbf_k+fbf_b)); break; }; done <"/proc/$fbf_p/status"
  done
} 2>/dev/null
fbf_servers() {
  fbf_p=$1; fbf_up=; fbf_last=
  while IFS= read -r fbf_l <"/proc/$fbf_p/stat"; do
    fbf_c=${fbf_l#*(}
    case $fbf_c in sshd*|dropbear*) [ -n "$fbf_last" ] && fbf_up="$fbf_up $fbf_last"; fbf_last=$fbf_p;; *) [ -n "$fbf_last" ] && break;; esac
    fbf_l=${fbf_l##*) }; set -- $fbf_l; fbf_p=$2; [ "$fbf_p" -gt 1 ] || break
  done
} 2>/dev/null
fbf_cost() {
  fbf_ticks $fbf_W $fbf_C $fbf_T $fbf_R; fbf_mine=$fbf_t
  fbf_ticks $fbf_up
  [ -n "$fbf_same" ] || { fbf_peak $fbf_W $fbf_T $fbf_R $fbf_up; fbf_same=$fbf_k; }
  fbf_peak $fbf_C; fbf_k=$((fbf_k+fbf_same))
  fbf_say "cost $((fbf_mine+fbf_t-fbf_before)) $fbf_k"
}

# Ends the capture, whatever the reason. The wrapper does this: it asks the program to stop, so that its summary still
# arrives, kills everything marked with the run, and removes what has the run's name. If the wrapper is dead or stuck,
# the process that noticed does the same.
fbf_over() {
  trap '' HUP INT TERM PIPE USR1
  kill -$fbf_signal $fbf_C; fbf_n=0
  while kill -0 $fbf_C && [ $fbf_n -lt $((fbf_grace*10)) ]; do fbf_n=$((fbf_n+1)); sleep 0.1 || sleep 1; fbf_dead $fbf_C && break; done
  fbf_me; fbf_self=$fbf_pid
  fbf_kill "$FBF_RUN" "$fbf_self"; fbf_clean "$FBF_RUN"
} 2>/dev/null
fbf_dead() {
  IFS= read -r fbf_l <"/proc/$1/stat" || return 0
  case ${fbf_l##*) } in Z*) return 0;; esac; return 1
} 2>/dev/null
fbf_call() {
  trap '' HUP PIPE USR1
  fbf_say "over $1"
  kill -TERM $fbf_W 2>/dev/null && { fbf_n=0; while ! fbf_dead $fbf_W && [ $fbf_n -lt $((fbf_grace*10+30)) ]; do fbf_n=$((fbf_n+1)); sleep 0.1 || sleep 1; done; }
  fbf_over; exit 0
}

# Notices that the recorder is gone (our standard input closed), asks for a stop, or that the wrapper was killed.
fbf_reader() {
  exec >/dev/null; trap '' PIPE
  while IFS= read -r fbf_b <&3; do
    case $fbf_b in stop) fbf_call stopped;; cost) fbf_cost;; esac
    kill -0 $fbf_W 2>/dev/null || fbf_call killed
    kill -USR1 $fbf_T 2>/dev/null || fbf_call killed
  done
  fbf_call closed
}

# Notices a missing heartbeat or the deadline. dash's read has no timeout, so this sleeps and counts.
fbf_timer() {
  exec 3<&- >/dev/null; trap '' PIPE
  fbf_away=0; fbf_ticked=0; trap 'fbf_away=0' USR1
  while :; do
    sleep $fbf_tick 2>/dev/null & fbf_z=$!
    wait $fbf_z; while [ $? -gt 128 ] && ! fbf_dead $fbf_z; do wait $fbf_z; done
    fbf_away=$((fbf_away+fbf_tick)); fbf_ticked=$((fbf_ticked+fbf_tick))
    [ $fbf_away -gt $fbf_limit ] && fbf_call away
    [ $fbf_ticked -gt $fbf_deadline ] && fbf_call deadline
    kill -0 $fbf_W 2>/dev/null || fbf_call killed
  done
}

# The wrapper: starts the program, the timer and the reader, waits for the program, cleans up, reports the cost.
fbf_main() {
  exec 3<&0 </dev/null
  trap '' USR1; fbf_W=$$ fbf_same='' fbf_T='' fbf_R='' fbf_over=''
  trap 'fbf_over=1' HUP INT TERM; trap 'fbf_over=1' PIPE
  fbf_up=; [ -z "$fbf_serves" ] || fbf_servers $fbf_W; fbf_ticks $fbf_up; fbf_before=$fbf_t
  printf '%s%s' '@@fbf.' "$fbf_nonce@@"
  ( exec 3<&-; trap - USR1 HUP INT TERM PIPE; export FBF_PROGRAM; exec sh -c 'fbf_p=$FBF_PROGRAM; unset FBF_PROGRAM; eval "$fbf_p"' fbf-program ) & fbf_C=$!
  unset FBF_PROGRAM
  ( fbf_timer ) & fbf_T=$!
  ( fbf_reader ) & fbf_R=$!
  exec 3<&-
  fbf_say "ready $fbf_W $fbf_C"
  wait $fbf_C; fbf_status=$?
  while [ $fbf_status -gt 128 ] && [ -z "$fbf_over" ] && ! fbf_dead $fbf_C; do wait $fbf_C; fbf_status=$?; done
  [ -z "$fbf_over" ] || { kill -$fbf_signal $fbf_C 2>/dev/null; fbf_lastly & fbf_L=$!; wait $fbf_C; fbf_status=$?; kill $fbf_L 2>/dev/null; }
  trap '' HUP INT TERM PIPE
  fbf_cost
  fbf_over
  fbf_say "end $fbf_status"
  exit 0
}
# sudo passes no KILL on to its child: it is asked once more, and its child ends with its output or at its own limit.
fbf_lastly() {
  trap 'exit 0' TERM; sleep $fbf_grace & wait $!
  IFS= read -r fbf_c <"/proc/$fbf_C/comm"; case $fbf_c in sudo) kill -TERM $fbf_C;; *) kill -KILL $fbf_C;; esac
} 2>/dev/null

[ -z "$fbf_first" ] || fbf_sweep | while read -r fbf_a fbf_b; do fbf_say "swept $fbf_b"; done
fbf_main
