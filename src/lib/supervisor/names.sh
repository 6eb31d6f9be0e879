# shellcheck shell=sh disable=SC2086 # $fbf_l is split into the fields of /proc/PID/stat
# Names of runs (transport/greeting.sh makes them). Part of every script that looks for our leftovers.

fbf_here=$(readlink /proc/self/ns/pid 2>/dev/null); fbf_here=${fbf_here#pid:?}; fbf_here=${fbf_here%?}

# fbf_lives NAME: whether the owner of that run lives. A run of another PID namespace counts as alive, since its owner
# cannot be checked from here; a name that is not a run's counts as dead.
fbf_lives() {
  case $1 in fbf_*_*_*_*) ;; *) return 1;; esac
  fbf_o=${1#fbf_*_}; [ "${fbf_o%%_*}" = "${fbf_here:-0}" ] || return 0
  fbf_o=${fbf_o#*_}; fbf_s=${fbf_o#*_}
  IFS= read -r fbf_l 2>/dev/null <"/proc/${fbf_o%%_*}/stat" || return 1
  fbf_l=${fbf_l##*) }; set -- $fbf_l
  [ "${20}" = "${fbf_s%%[!0-9]*}" ]
}

# Prints PID NAME for each process with our mark whose environment we may read.
fbf_marked() {
  for fbf_f in $(grep -l 'FBF_RUN=fbf_' /proc/[0-9]*/environ 2>/dev/null); do
    fbf_m=$(tr '\000' '\n' 2>/dev/null <"$fbf_f" | sed -n 's/^FBF_RUN=//p')
    fbf_f=${fbf_f#/proc/}
    [ -n "$fbf_m" ] && echo "${fbf_f%%/*} $fbf_m"
  done
}
