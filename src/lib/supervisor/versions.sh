# shellcheck shell=sh
# Prints the versions of the tools that answers use: "version" TAB TOOL TAB TEXT. Sent before settings.sh, right after the
# connect: the tools start side by side and beside the reading of settings, since a recording may begin at once.

v() { command -v "$1" >/dev/null && printf 'version\t%s\t%s\n' "$1" "$("$@" 2>/dev/null | head -n 1)"; }
v perf --version & v bpftrace --version & v perl -e 'printf "%vd", $^V' &
