# shellcheck shell=sh
# Looks whether a process is Node, and whether it has a perf map or writes one. It only reads. Argument: pid. Output: the
# words node and map, for what is so, and unseen for a process of another user, whose title may say something else.
exec 2>/dev/null
exe=$(readlink "/proc/$1/exe") || { echo unseen; exe=$(tr '\0' '\n' <"/proc/$1/cmdline" | head -n 1); }
case ${exe##*/} in
  node|nodejs|'node (deleted)'|'nodejs (deleted)') ;;
  *) grep -q '/libnode\.so' "/proc/$1/maps" || exit 0;;
esac
echo node
inner=$(sed -n 's/^NStgid:.*[[:space:]]//p' "/proc/$1/status")
if [ -s "/proc/$1/root/tmp/perf-${inner:-$1}.map" ] || cat "/proc/$1/cmdline" "/proc/$1/environ" | tr '\0' '\n' | grep -q '^\(NODE_OPTIONS=.*\)\{0,1\}--perf-basic-prof'; then echo map; fi
