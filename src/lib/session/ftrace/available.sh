# shellcheck shell=sh
# Prints the names of the events that Ftrace can trace, SYSTEM:NAME.

for d in /sys/kernel/tracing /sys/kernel/debug/tracing; do
  [ -r $d/available_events ] && exec cat $d/available_events
done
