# shellcheck shell=sh
# Sends the symbols that are listed in $list (request.ts has its lines): by the Perl program, which reads only the needed
# parts of a file, or as whole files where there is no perl. Compressed if the host can. Parameters: program (the Perl
# text), nonce, total and each (most bytes, in all and of a file), seconds, list.

fbf_lacks() { printf '@%s x %s 0 %s\n' "$nonce" "$1" "$2"; }

# fbf_whole KIND INDEX FILE: the file, if it is not too large; a device or a pipe is never opened.
fbf_whole() {
  { [ -f "$3" ] && [ -r "$3" ]; } || return 1
  fbf_n=$(wc -c <"$3") && fbf_n=$((fbf_n)) && [ "$fbf_n" -gt 0 ] || return 1
  [ "$fbf_n" -gt "$each" ] && { fbf_lacks "$2" large; return 0; }
  [ "$fbf_n" -gt "$total" ] && { fbf_lacks "$2" full; return 0; }
  total=$((total-fbf_n))
  printf '@%s %s %s %s\n' "$nonce" "$1" "$2" "$fbf_n"
  dd bs="$fbf_n" count=1 <"$3" 2>/dev/null
}

# fbf_text KIND FILE: a text of any length; each line begins with a space, so that it is no frame.
fbf_text() { [ -r "$2" ] || return 1; printf '@%s %s k -\n' "$nonce" "$1"; sed 's/^/ /' "$2"; }

fbf_kernel() {
  fbf_whole n k /sys/kernel/notes
  fbf_text o /proc/modules
  if [ ! -r /proc/kallsyms ]; then fbf_lacks k absent
  elif grep -q '^0*[1-9a-f]' /proc/kallsyms; then fbf_text k /proc/kallsyms
  else fbf_lacks k hidden; fi
}
fbf_map() {
  fbf_in=$(sed -n 's/^NStgid:.*[[:space:]]//p' "/proc/$1/status")
  for fbf_f in "/proc/$1/root/tmp/perf-${fbf_in:-$1}.map" "/tmp/perf-$1.map"; do
    [ -h "$fbf_f" ] || { fbf_whole m "m$1" "$fbf_f" && return; }
  done
  if [ -e "/proc/$1" ]; then fbf_lacks "m$1" absent; else fbf_lacks "m$1" ended; fi
}
# fbf_elf INDEX BUILDID PIDS PATH: a line break in a path that perf read from /proc/PID/maps is \012.
fbf_elf() {
  fbf_in=
  case $4 in *'\0134012'*) fbf_at "$1" "$2" "$3" "$(printf '%s' "$4" | sed 's/\\0134012/\\0012/g')" && return;; esac
  fbf_at "$@" && return
  if [ "$3" = - ] || [ -n "$fbf_in" ]; then fbf_lacks "$1" absent; else fbf_lacks "$1" ended; fi
}
fbf_at() {
  fbf_p=$(printf '%b.' "$4"); fbf_p=${fbf_p%.}; fbf_l=$3,
  while [ -n "$fbf_l" ]; do
    fbf_r=/proc/${fbf_l%%,*}/root; fbf_l=${fbf_l#*,}
    [ "$fbf_r" = /proc/-/root ] && continue
    [ -e "${fbf_r%/root}" ] && fbf_in=1
    [ -f "$fbf_r$fbf_p" ] && { fbf_found "$1" "$2" "$fbf_r"; return; }
  done
  [ -f "$fbf_p" ] && fbf_found "$1" "$2" ''
}
fbf_found() {
  fbf_whole w "$1" "$3$fbf_p" || { fbf_lacks "$1" denied; return 0; }
  fbf_b=${2#??}
  for fbf_f in "/usr/lib/debug$fbf_p.debug" "/usr/lib/debug/.build-id/${2%"$fbf_b"}/$fbf_b.debug"; do
    for fbf_t in "$3" ''; do [ -f "$fbf_t$fbf_f" ] && fbf_whole W "$1" "$fbf_t$fbf_f" && return; done
  done
  return 0
}
fbf_shell() {
  fbf_end=$(($(date +%s)+seconds))
  printf '%s' "$list" | { while read -r fbf_k fbf_i fbf_id _ fbf_pids _ fbf_path; do
    [ "$(date +%s)" -gt "$fbf_end" ] && { case $fbf_k in k) fbf_i=k;; m) fbf_i=m$fbf_i;; esac; fbf_lacks "$fbf_i" late; continue; }
    case $fbf_k in
      k) fbf_kernel;;
      m) fbf_map "$fbf_i";;
      f) fbf_elf "$fbf_i" "$fbf_id" "$fbf_pids" "$fbf_path";;
      v) fbf_lacks "$fbf_i" no-perl;;
    esac
  done; printf '@%s z - 0\n' "$nonce"; }
}
fbf_send() {
  if perl -e 1; then printf '%s' "$list" | perl -e "$program" "$nonce" "$total" "$each" "$seconds"; else fbf_shell; fi
} 2>/dev/null

if zstd -q -1 -c </dev/null >/dev/null 2>&1; then fbf_send | zstd -q -1 -c
elif gzip -1 -c </dev/null >/dev/null 2>&1; then fbf_send | gzip -1 -c
else fbf_send; fi
