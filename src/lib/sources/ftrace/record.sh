# shellcheck shell=sh
# Traces events in a tracefs instance of its own and prints them as text: for hosts without perl, which record.pl needs to read
# binary pages. Only the instance's files are written. It has the name of our run, so that the supervisor removes it whoever dies.
# Arguments: those of record.pl. Prints frames as it does, "@KIND NAME LENGTH\n" and LENGTH bytes; what trace_pipe gives stands
# between "@text RUN 0" and "@endtext RUN 0". See trace_pipe in https://docs.kernel.org/trace/ftrace.html

LC_ALL=C; export LC_ALL
root='' at='' made='' pid=''
for d in /sys/kernel/tracing /sys/kernel/debug/tracing; do
  [ -n "$root" ] || { [ -d "$d/instances" ] && root=$d; }
done
[ -n "$root" ] || { echo 'error: tracefs is not mounted at /sys/kernel/tracing' >&2; exit 1; }
at=$root/instances/${FBF_RUN}_ftrace

# An instance is busy for a moment after its reader has ended.
leave() {
  [ -n "$made" ] || return 0
  n=0; until rmdir "$at" 2>/dev/null || [ $n -ge 10 ]; do n=$((n+1)); sleep 0.1 2>/dev/null || sleep 1; done
  made=''
}
give_up() { echo "error: $1" >&2; leave; exit 1; }
set_file() { { printf '%s\n' "$2" >"$at/$1"; } 2>/dev/null || give_up "$1: ${3:-the kernel refuses $2}"; }
text() { cat "$at/$1" 2>/dev/null || cat "$root/$1" 2>/dev/null; }
put_file() {
  t=$(text "$1"; echo .); t=${t%.}
  [ -z "$t" ] || printf '@file %s %s\n%s' "$1" "${#t}" "$t"
}
folder() { echo "events/${1%%:*}/${1#*:}"; }
set_filter() {
  f=$(folder "$1")
  { printf '%s\n' "$2" >"$at/$f/filter"; } 2>/dev/null && return
  why=$(sed -n 's/.*parse_error: //p' "$at/$f/filter")
  names=$(sed -n '/common_/d; s/\[[^]]*\];/;/; s/.*field:[^;]*[^A-Za-z0-9_;]\([A-Za-z0-9_]*\);.*offset.*/\1/p' "$at/$f/format" | tr '\n' ',' | sed 's/,$//; s/,/, /g')
  give_up "the filter of $1, $2: ${why:-the kernel refuses it}; its fields: $names"
}

# Ends the capture: what is in the buffers is still printed. trace_pipe ends when tracing is off and something was read, which a
# mark makes sure of; it also wakes a reader of older kernels. A mark could overwrite events: it waits until the buffers are empty, or
# hold for half a second what the kernel does not print.
marks() { { echo 0 >"$at/options/fields"; echo 1 >"$at/tracing_on"; echo end >"$at/trace_marker"; echo 0 >"$at/tracing_on"; } 2>/dev/null; }
finish() {
  trap '' TERM INT HUP
  echo 0 >"$at/tracing_on"; echo 0 >"$at/events/enable"; n=0; still=0; last=''
  while kill -0 "$pid" 2>/dev/null && [ $n -lt 80 ]; do
    now=$(grep -h '^entries: [1-9]' "$at"/per_cpu/cpu*/stats)
    if [ "$now" = "$last" ]; then still=$((still+1)); else still=0; fi
    last=$now
    if [ -z "$now" ] || [ $still -ge 5 ]; then marks; fi
    n=$((n+1)); sleep 0.1 2>/dev/null || sleep 1
  done
  kill "$pid" 2>/dev/null && { echo 'error: the last events could not be printed in time' >&2; wait "$pid"; }
  printf '\n@endtext %s 0\n' "$FBF_RUN"
  for c in "$at"/per_cpu/cpu*; do put_file "per_cpu/${c##*/}/stats"; done
  echo '@end end 0'
  leave
}

trap 'leave; exit 1' TERM INT HUP
mkdir "$at" 2>/dev/null || give_up "$at: the kernel makes no instance"
made=1
set_file tracing_on 0; set_file trace_clock mono
for a in "$@"; do case $a in kb=*) set_file buffer_size_kb "${a#*=}" "no memory for ${a#*=} KB of each CPU";; esac; done
for o in record-tgid fields; do [ ! -e "$at/options/$o" ] || set_file options/$o 1; done
threads() { for a in "$@"; do case $a in pid=*) ls "/proc/${a#*=}/task" 2>/dev/null;; esac; done; }
case " $*" in *' pid='*)
  tids=$(threads "$@"); [ -n "$tids" ] || give_up 'none of the processes to trace runs'
  [ ! -e "$at/options/event-fork" ] || set_file options/event-fork 1
  for t in $tids; do echo "$t" >>"$at/set_event_pid"; done 2>/dev/null;;
esac
for a in "$@"; do case $a in event=*)
  a=${a#*=}; [ -d "$at/$(folder "$a")" ] || give_up "this kernel has no event $a";;
esac; done
for a in "$@"; do case $a in filter=*) a=${a#*=}; set_filter "${a%% *}" "${a#* }";; esac; done
for a in "$@"; do case $a in event=*) set_file "$(folder "${a#*=}")/enable" 1;; esac; done
printf '@ftracetext %s 0\n' "$FBF_RUN"
put_file options/fields
for a in "$@"; do case $a in event=*) put_file "$(folder "${a#*=}")/format";; esac; done
set_file tracing_on 1
put_file trace_clock
printf '@text %s 0\n' "$FBF_RUN"
trap 'finish; exit 0' TERM INT HUP
# Not by cat: busybox's calls sendfile, through which trace_pipe loses lines and does not end.
dd if="$at/trace_pipe" bs=65536 2>/dev/null & pid=$!
wait $pid
finish; echo 'error: the reader of trace_pipe ended' >&2; exit 1
