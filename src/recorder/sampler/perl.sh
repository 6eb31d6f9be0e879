# shellcheck shell=sh disable=SC3045 # ulimit -H and -S: dash, busybox ash and bash have them
# Becomes the sampler in perl, one process that keeps descriptors open: raises its soft limit of open files up to the hard
# limit; beyond that, files are opened again for each sample. Parameters: wanted (descriptors), program (the Perl text),
# name, nonce, seconds, share; arguments: the streams (see perl/begin.pl).

most=$(ulimit -H -n 2>/dev/null)
case $most in *[!0-9]*|'') most=$wanted ;; esac
[ "$most" -gt "$wanted" ] && most=$wanted
ulimit -S -n "$most" 2>/dev/null || most=$(ulimit -n)
case $most in *[!0-9]*|'') most=256 ;; esac
exec perl -e "$program" "$name" "$nonce" "$seconds" "$share" "$(uname -m)" $((most > 128 ? most - 64 : 0)) "$@"
