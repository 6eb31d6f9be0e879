# shellcheck shell=sh
# Prints the executable mappings of the processes that are its arguments: "@PID", then lines of /proc/PID/maps.

for p in "$@"; do printf '@%s\n' "$p"; grep '^[^ ]* ..x' "/proc/$p/maps"; done 2>/dev/null
