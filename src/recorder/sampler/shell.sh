# shellcheck shell=sh disable=SC2086 # paths are expanded as globs; they have no blanks
# The sampler for hosts without perl: a loop that forks for each sample. The time of a sample is /proc/uptime (10 ms);
# headers between files contain the nonce, spelled / and /. in the path, which file content cannot guess. Parameters: form
# (head: one process per glob and sample; cat: one per file), nonce, prefix (the nonce as a path), seconds, pause (between
# two ticks) and whole (the same in whole seconds, for a sleep without fractions). Arguments, per stream: stream, NAME,
# the number of ticks between two samples, the number of words that follow; then pairs of a function below and a path.

tick=0 stop='' log='' logged=-1
trap 'stop=1' TERM INT HUP
now() { read -r up rest </proc/uptime; }
begin() { now; printf '\n@%s T %s %s\n' "$nonce" "$1" "$up"; }
finish() { printf '\n@%s .\n' "$nonce"; }
say() { printf '\n@%s W %s\n%s\n@%s .\n' "$nonce" "$1" "$2" "$nonce"; }

# Prints the files of one glob, each under a header.
if [ "$form" = head ]; then files() { head -v -c 1048576 $prefix$1 2>/dev/null; echo; }
else files() { for file in $prefix$1; do [ -r "$file" ] || continue; printf '\n==> %s <==\n' "$file"; cat "$file" 2>/dev/null; done; echo; }; fi
netns() { files "$1"; }
links() { find $prefix$1 -maxdepth 0 -printf '\n==> %p <==\n%l' 2>/dev/null; echo; }
passwd() { printf '\n==> %s <==\n' "$prefix$1"; cut -d: -f1-3 "$1"; echo; }
log() { printf '==> %s <==\n' "$prefix$1"; readlog "$1"; echo; }

# A log is read on from where the previous sample ended.
nonblocking() { dd bs=1 count=0 iflag=nonblock </dev/null 2>/dev/null; }
readlog() {
  [ -n "$log" ] || { (: <"$1") 2>/dev/null || return; exec 9<"$1"; log=dmesg; nonblocking && log='dd'; }
  [ $log = dd ] || { bydmesg; return; }
  dd bs=8192 count=1000 iflag=nonblock <&9 2>/dev/null
}

# For a dd without non-blocking reads (busybox): prints dmesg's raw lines as records of /dev/kmsg, only those newer than
# the last call. They have no sequence number.
bydmesg() {
  lines=$(dmesg -r 2>/dev/null | awk -v last="$logged" 'match($0, /^<[0-9]+>\[ *[0-9]+\.[0-9]+\] ?/) {
    head = substr($0, 1, RLENGTH); text = substr($0, RLENGTH + 1); level = head; sub(/^</, "", level); sub(/>.*/, "", level)
    at = head; sub(/^[^[]*\[ */, "", at); sub(/\].*/, "", at); sub(/\./, "", at)
    if (at + 0 > last + 0) print level ",," at ",-;" text }')
  [ -n "$lines" ] || return 0
  printf '%s\n' "$lines"; logged=$(printf '%s\n' "$lines" | tail -n 1 | cut -d , -f 3)
}

# Says once per stream what this form cannot see: a code of src/lib/recording/warning.ts.
limits() {
  while [ $# -gt 0 ]; do
    case $1 in
      stream) name=$2 told=''; shift 4; continue ;;
      log) nonblocking || say "$name" log-by-dmesg ;;
      netns) [ -n "$told" ] || { say "$name" own-namespace-only; printf '\n@%s N own\n' "$nonce"; told=1; } ;;
    esac
    shift 2
  done
}

# Takes a sample of each stream that is due.
sample() {
  while [ $# -gt 0 ]; do
    words=$4
    if [ $((tick % $3)) -ne 0 ]; then shift $((4 + words)); continue; fi
    begin "$2"; shift 4
    while [ "$words" -gt 0 ]; do "$1" "$2"; words=$((words - 2)); shift 2; done
    finish
  done
}

printf '\n@%s H %s\n' "$nonce" "$form"
limits "$@"
now; end=$((${up%.*} + seconds))${up#*.}
while [ -z "$stop" ]; do
  sample "$@"
  now; [ "${up%.*}${up#*.}" -ge "$end" ] && break
  sleep "$pause" 2>/dev/null || sleep "$whole"
  tick=$((tick + 1))
done
printf '\n@%s E\n' "$nonce"
