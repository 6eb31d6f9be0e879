# shellcheck shell=sh
# Looks at processes before a capture of their stacks: which code they map, how its functions begin, which switches of
# their runtimes are set, and whether a perf map is there. It only reads. Parameter: settings (names of
# environment variables, separated by |). Arguments: pids. Output: lines that begin with
# "@", and the bytes of files in hexadecimal, whose lines begin with a space.

exec 2>/dev/null

# fbf_hex FILE PAGE COUNT: pages of a file.
fbf_hex() { dd if="$1" bs=4096 skip="$2" count="$3" | od -An -v -tx1; }

# fbf_code FILE OFFSET LENGTH (in pages): eight pages at each quarter of the code.
fbf_code() {
  for q in 1 2 3; do
    a=$(($2+$3*q/4-4)); n=8
    [ $a -ge $(($2)) ] || a=$2
    [ $((a+n)) -le $(($2+$3)) ] || n=$(($2+$3-a))
    echo @code; fbf_hex "$1" "$a" "$n"
  done
}

# fbf_version PATH ROOT: the version that lies beside a runtime.
fbf_version() {
  case $1 in
    */libjvm.so) f=${1%/lib/*}; cat "$2$f/release" "$2${f%/jre}/release" |
      sed -n 's/^JAVA_VERSION="\([^"]*\)".*/@part \1/p' | head -n 1;;
    */bin/node) sed -n 's/^#define NODE_\(MAJOR\|MINOR\|PATCH\)_VERSION \([0-9]*\)$/@part \2/p' \
      "$2${1%/bin/node}/include/node/node_version.h" | head -n 3;;
  esac
}

# fbf_file PATH OFFSET LENGTH DEV INODE: code that a process maps. A file may be mapped in parts; each is read once, however
# many processes map it.
fbf_file() {
  printf '@file %s %s %s\n' "$4" "$5" "$1"
  case $seen in *" $4:$5:$2 "*) return;; esac
  if [ "$1" = "$exe" ]; then f=/proc/$pid/exe; else f=/proc/$pid/root$1; fi
  { [ -f "$f" ] && [ -r "$f" ]; } || return
  fbf_code "$f" "$2" "$3"
  case $seen in *" $4:$5:"*) ;; *)
    echo @head; fbf_hex "$f" 0 1
    echo @tail; tail -c 8192 "$f" | od -An -v -tx1
    fbf_version "$1" "/proc/$pid/root";;
  esac
  seen="$seen$4:$5:$2 "
}

# fbf_process PID: what needs no file of code, then its executable mappings.
fbf_process() {
  printf '@process %s\n' "$1"
  [ -e "/proc/$1" ] || { echo @ended; return; }
  inner=$(sed -n 's/^NStgid:.*[[:space:]]//p' "/proc/$1/status")
  if [ -x "/proc/$1/root/" ]; then
    echo @looked
    for f in "/proc/$1/root/tmp/perf-${inner:-$1}.map" "/tmp/perf-$1.map"; do
      [ -f "$f" ] && ! [ -h "$f" ] && printf '@map %s\n' "$(wc -c <"$f")"
    done
  fi
  tr '\n\000' ' \n' <"/proc/$1/environ" | grep -E "^($settings)=" | sed 's/^/@set /'
  grep '^[^ ]* r.x' "/proc/$1/maps" | head -n 500
}

# A line of maps: range, permissions, offset, device, inode, path. One shell reads all, so that it knows the files seen.
for each; do fbf_process "$each"; done | { seen=' '
while read -r range rights offset dev inode path; do
  case $range in
    @process) pid=$rights; exe=$(readlink "/proc/$pid/exe"); printf '%s %s\n' "$range" "$pid"; continue;;
    @*) printf '%s %s\n' "$range" "$rights${offset:+ $offset}${dev:+ $dev}${inode:+ $inode}${path:+ $path}"; continue;;
  esac
  case $path in /*) ;; *) continue;; esac
  echo @mapped
  case $path in
    "$exe"|*/libc.so.6|*/libc-2.*.so|*/ld-musl-*|*/libjvm.so|*/libpython*.so*|*/libruby*.so*|*/libnode.so*|*/libcoreclr.so)
      fbf_file "$path" $((0x$offset/4096)) $(((0x${range#*-}-0x${range%-*})/4096)) "$dev" "$inode";;
  esac
done; }
