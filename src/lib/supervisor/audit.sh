# shellcheck shell=sh
# Sent after names.sh. Parameters: fbf_temp, fbf_tracefs (see clean.sh).
# Prints, one per line, what has our mark or our names: KIND TAB live|left TAB TEXT; "not" lines report what the login
# may not read. The audit's own shell and its children have the name of the control channel and are left out.

exec 2>/dev/null
l() { if fbf_lives "$1"; then printf live; else printf left; fi; }
fbf_marked | while read -r p n; do
  [ "$n" = "$FBF_RUN" ] && continue
  printf 'process\t%s\t%s\n' "$(l "$n")" "$n: pid $p $(tr '\000\n' '  ' <"/proc/$p/cmdline" | cut -c1-200)"
  for i in $(sed -n 's/^prog_id:[[:space:]]*//p' "/proc/$p/fdinfo/"* | sort -u); do printf 'bpf\t%s\t%s\n' "$(l "$n")" "program $i, held by pid $p of $n"; done
done
find /sys/fs/bpf -name 'fbf_*' | while read -r f; do n=${f##*/}; printf 'bpf\t%s\t%s\n' "$(l "$n")" "$f"; done
for d in $fbf_tracefs; do
  [ -d "$d/instances" ] || continue
  if [ -r "$d/instances" ]; then
    for f in "$d/instances/fbf_"*; do [ -d "$f" ] || continue; n=${f##*/}; printf 'tracefs\t%s\t%s\n' "$(l "$n")" "$f"; done
    for e in kprobe_events uprobe_events synthetic_events; do
      [ -r "$d/$e" ] || continue
      sed -n -e 's|^[^:]*:\(fbf_[^/ ]*\)/.*|\1|p' -e t -e 's|^\(fbf_[^ ]*\).*|\1|p' "$d/$e" | while read -r n; do printf 'probe\t%s\t%s\n' "$(l "$n")" "$e: $n"; done
    done
  else printf 'not\ttracefs\t%s\n' "only root may read $d"; fi
  break
done
for d in $fbf_temp; do for f in "$d/fbf_"*; do [ -e "$f" ] || continue; n=${f##*/}; printf 'file\t%s\t%s\n' "$(l "$n")" "$f"; done; done
sed -n 's|.* \([^ ]*fbf_[^ ]*\)$|\1|p' /proc/net/unix | sort -u | while read -r f; do n=${f##*/}; n=${n#@}; printf 'socket\t%s\t%s\n' "$(l "$n")" "$f"; done
a=0; b=0; for p in /proc/[0-9]*; do a=$((a+1)); [ -r "$p/environ" ] || b=$((b+1)); done
[ $b -gt 0 ] && printf 'not\tprocesses\t%s\n' "$b of $a processes belong to other users: their environment cannot be read"
