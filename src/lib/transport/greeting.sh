# shellcheck shell=sh disable=SC2086 # $fbf_l is split into the fields of /proc/PID/stat
# Parameter: fbf_nonce.
# What every script on the host relies on: the C locale, the folders of tools that a non-root PATH leaves out, and our
# mark, which its children inherit. The mark is the name of a run, fbf_NONCE_PIDNS_PID_START, and says who owns the run:
# this shell, by PID namespace, pid and start time.

LC_ALL=C; export LC_ALL; unset ENV BASH_ENV CDPATH
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
IFS= read -r fbf_l </proc/$$/stat; fbf_l=${fbf_l##*) }; set -- $fbf_l
fbf_ns=$(readlink /proc/self/ns/pid 2>/dev/null); fbf_ns=${fbf_ns#pid:?}; fbf_ns=${fbf_ns%?}
FBF_RUN=fbf_${fbf_nonce}_${fbf_ns:-0}_$$_${20:-0}; export FBF_RUN
