# shellcheck shell=sh disable=SC2086 # lists of pids are split
# Finds and removes what runs of ours have left on the host: processes, tracefs instances, dynamic events, files.
# Sent after names.sh. Parameters: fbf_temp (folders in which tools leave files), fbf_tracefs (mount points of tracefs).

# fbf_clean NAME: removes what has that name or begins with it. An instance is busy while a process reads its pipe, so
# its removal is retried for two seconds.
fbf_clean() {
  for fbf_t in $fbf_tracefs; do
    [ -d "$fbf_t/instances" ] || continue
    for fbf_i in "$fbf_t/instances/$1"*; do
      [ -d "$fbf_i" ] || continue
      echo 0 >"$fbf_i/tracing_on"; echo 0 >"$fbf_i/events/enable"
      fbf_n=0; until rmdir "$fbf_i" || [ $fbf_n -ge 20 ]; do fbf_n=$((fbf_n+1)); sleep 0.1 || sleep 1; done
    done
    for fbf_e in kprobe_events uprobe_events; do
      sed -n "s|^[^:]*:\($1[^ /]*/[^ ]*\).*|-:\1|p" "$fbf_t/$fbf_e" | while read -r fbf_l; do echo "$fbf_l" >>"$fbf_t/$fbf_e"; done
    done
    sed -n "s|^$1|!&|p" "$fbf_t/synthetic_events" | while read -r fbf_l; do echo "$fbf_l" >>"$fbf_t/synthetic_events"; done
    break
  done
  for fbf_d in $fbf_temp; do
    for fbf_f in "$fbf_d/$1"*; do [ -e "$fbf_f" ] && rm -rf "$fbf_f"; done
  done
} 2>/dev/null

# fbf_kill NAME [PID]: ends every process that is marked with that run, except PID and its own: SIGTERM, and SIGKILL
# after a second. sudo is never signalled: it exits with its child, and killing it would orphan the child.
fbf_me() { IFS= read -r fbf_l </proc/self/stat; fbf_pid=${fbf_l%% *}; }
fbf_of() {
  fbf_me
  for fbf_f in $(grep -l 'FBF_RUN='"$1" /proc/[0-9]*/environ); do
    fbf_f=${fbf_f#/proc/}; fbf_f=${fbf_f%%/*}
    [ "$fbf_f" = "$2" ] || [ "$fbf_f" = "$fbf_pid" ] && continue
    IFS= read -r fbf_c <"/proc/$fbf_f/comm" || continue
    [ "$fbf_c" = sudo ] || echo "$fbf_f"
  done
}
fbf_kill() {
  fbf_all=$(fbf_of "$1" "$2"); [ -n "$fbf_all" ] || return 0
  kill -TERM $fbf_all; fbf_n=0
  while [ $fbf_n -lt 10 ]; do
    fbf_n=$((fbf_n+1)); sleep 0.1 || sleep 1
    fbf_all=$(fbf_of "$1" "$2"); [ -n "$fbf_all" ] || return 0
  done
  kill -KILL $fbf_all
} 2>/dev/null

# Prints the names of runs that left something on this host.
fbf_runs() {
  {
    fbf_marked | sed 's/^[0-9]* //'
    for fbf_t in $fbf_tracefs; do
      [ -d "$fbf_t/instances" ] || continue
      ls "$fbf_t/instances"
      sed -n 's|^[^:]*:\(fbf_[^/]*\)/.*|\1|p' "$fbf_t/kprobe_events" "$fbf_t/uprobe_events"
      sed -n 's|^\(fbf_[^ ]*\) .*|\1|p' "$fbf_t/synthetic_events"
      break
    done
    for fbf_d in $fbf_temp; do ls "$fbf_d"; done
  } 2>/dev/null | sed -n 's/^\(fbf_[0-9a-f]*_[0-9]*_[0-9]*_[0-9]*\).*/\1/p' | sort -u
}

# fbf_left NAME: what a run has left, in one line: comm/pid for processes, paths for files, tracefs instances and
# dynamic events.
fbf_procs() { for fbf_p in $(fbf_of "$1"); do IFS= read -r fbf_c <"/proc/$fbf_p/comm" && printf '%s/%s ' "${fbf_c%%[!A-Za-z0-9_.:-]*}" "$fbf_p"; done; } 2>/dev/null
fbf_left() {
  fbf_procs "$1"
  for fbf_d in $fbf_temp; do for fbf_f in "$fbf_d/$1"*; do [ -e "$fbf_f" ] && printf '%s ' "$fbf_f"; done; done
  for fbf_t in $fbf_tracefs; do
    [ -d "$fbf_t/instances" ] || continue
    for fbf_f in "$fbf_t/instances/$1"*; do [ -d "$fbf_f" ] && printf '%s ' "$fbf_f"; done
    for fbf_f in kprobe_events uprobe_events synthetic_events; do grep -q "$1" "$fbf_t/$fbf_f" && printf '%s ' "$fbf_t/$fbf_f"; done
    break
  done
} 2>/dev/null

# fbf_ending NAME: true when the run's processes exit within 1.5 s. When the owner has just died, the run's supervisor
# may still be cleaning up: that is not a leftover yet.
fbf_ending() {
  fbf_n=0
  while [ -n "$(fbf_procs "$1")" ]; do [ $fbf_n -ge 15 ] && return 1; fbf_n=$((fbf_n+1)); sleep 0.1 || sleep 1; done
} 2>/dev/null

# Removes leftovers of runs whose owner is dead; prints a line "swept NAME WHAT..." for each.
fbf_sweep() {
  for fbf_x in $(fbf_runs); do
    fbf_lives "$fbf_x" && continue
    fbf_ending "$fbf_x"; fbf_y=$(fbf_left "$fbf_x"); [ -n "$fbf_y" ] || continue
    fbf_kill "$fbf_x"; fbf_clean "$fbf_x"
    echo "swept $fbf_x $fbf_y"
  done
}
